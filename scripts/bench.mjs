// Bundles bench/ and runs one of its programs (`npm run bench`, `npm run seeds`).
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bundleForNode } from './nodeBundle.mjs'

process.chdir(join(import.meta.dirname, '..'))
const [program, ...args] = process.argv.slice(2)
const shared = process.env.FINETUNE_SHARED ?? '../shared'
if (!existsSync(join(shared, 'data'))) stop(`This needs the large references, and there is no folder ${shared}: name it in FINETUNE_SHARED.`)
if (process.platform !== 'linux') stop('This runs on Linux only: it binds processes with taskset and reads their memory from /proc.')

const programs = ['bench', 'ours', 'run', 'mixes', 'classifier', 'seeds']
await bundleForNode('dist/bench', Object.fromEntries(programs.map((name) => [name, `bench/${name}.ts`])))
process.exitCode = spawnSync(process.execPath, ['--enable-source-maps', join('dist/bench', `${program}.js`), ...args], { stdio: 'inherit' }).status ?? 1

function stop(reason) {
  console.error(reason)
  process.exit(1)
}
