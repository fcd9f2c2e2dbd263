// startTrainer PROGRAM SETTINGS: starts a trainer, says what came of it as JSON, and stays until it is killed.
import { startTrainer } from '../../../src/runs/startTrainer.ts'

const [program, settings] = process.argv.slice(2)
const started = await startTrainer(JSON.parse(settings!), { program: program!, leaveOneCoreFree: true })
console.log(JSON.stringify(started))
setInterval(() => {}, 1000)
