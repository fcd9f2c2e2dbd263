// queueForDevice RUN: waits for the device in the name of a run, says what it waits for and when it has it, and holds it until its
// input ends or it is killed.
import { placeInQueue } from '../../../src/runs/deviceQueue.ts'

const place = await placeInQueue('cpu', process.argv[2]!)
await place.turn(new AbortController().signal, async ({ ahead, behind }) => console.log(`${ahead} ahead, behind ${behind}`))
console.log('trains')
process.stdin.resume().on('end', async () => {
  await place.leave()
  process.exit()
})
