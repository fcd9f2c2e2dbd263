// crashAt WHAT RUN_FOLDER N: does WHAT and kills itself with SIGKILL right before its Nth call to the file system; says `done`
// where it comes to the end before.
import { constants } from 'node:fs'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { removeCheckpointsAfter, rotateCheckpoints, writeCheckpoint } from '../../../src/runs/checkpoints.ts'
import { publishBest } from '../../../src/runs/publishBest.ts'
import { openRun } from '../../../src/runs/runFolder.ts'
import { details, writeVersion } from '../sample.ts'

const [what, folder, crashAt] = process.argv.slice(2)

const scenes: Record<string, () => Promise<unknown>> = {
  write: () => writeCheckpoint(folder!, { step: 10, bytes: 100, write: (temporary) => writeVersion(temporary, 'new') }),
  rotate: () => rotateCheckpoints(folder!, 1, 9),
  discard: () => removeCheckpointsAfter(folder!, 8),
  publish: () => publishBest(folder!, { best: { step: 10, folder: `${folder}/checkpoint-10` }, bytes: 100 }),
  begin: async () => {
    const run = await openRun(folder!)
    await run.begin(details)
    await run.update({ state: 'running' })
    await run.close()
  },
}

let calls = 0
const anyHandle = await fs.open(process.execPath, constants.O_RDONLY)
countCalls(Object.getPrototypeOf(anyHandle) as Record<string, unknown>, ['writeFile', 'sync'])
countCalls(fs as unknown as Record<string, unknown>, ['open', 'mkdir', 'rename', 'rm', 'rmdir', 'writeFile', 'copyFile', 'unlink'])
syncBuiltinESMExports()
await scenes[what!]!()
console.log('done')

function countCalls(owner: Record<string, unknown>, names: string[]): void {
  for (const name of names) {
    const real = owner[name] as (...args: unknown[]) => unknown
    owner[name] = function (this: unknown, ...args: unknown[]) {
      if (++calls === Number(crashAt)) process.kill(process.pid, 'SIGKILL')
      return real.apply(this, args)
    }
  }
}
