// What `npm test` runs once scripts/setup.mjs has built: types, lint, tests, and with FINETUNE_WITNESS=1 the tests in which real
// Python clients read what we write. Quiet on success, one line a part; a part that fails shows all that it said.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureVenv } from './witness.mjs'

process.chdir(join(import.meta.dirname, '..'))
const shared = process.env.FINETUNE_SHARED ?? '../shared'
const witness = process.env.FINETUNE_WITNESS === '1'

await part('types', () => tool('typescript/bin/tsc', '--noEmit'))
await part('lint', () => tool('eslint/bin/eslint.js', '.', '--max-warnings=0'))
await part('tests', () => tool('vitest/vitest.mjs', 'run', '--project', 'fast'))
if (witness) {
  if (await part('Python environment', async () => ensureVenv(console.log))) {
    await part('witnesses', () => tool('vitest/vitest.mjs', 'run', '--project', 'witness'))
  }
} else {
  console.log('left out: checks by real Python clients (set FINETUNE_WITNESS=1; they install torch, about 4.7 GB)')
}
if (!existsSync(join(shared, 'data'))) {
  console.log(`left out: checks against the large references (no folder ${shared}; name it in FINETUNE_SHARED)`)
}

/** Runs one part and says how long it took; true when it passed. A failure lets the other parts run and fails the whole. */
async function part(name, work) {
  const start = performance.now()
  try {
    await work()
    console.log(`${name}: passed in ${((performance.now() - start) / 1000).toFixed(1)} s`)
    return true
  } catch (error) {
    console.log(`${name}: FAILED\n${error.stderr || error.message}`)
    process.exitCode = 1
    return false
  }
}

/** Runs a tool from node_modules; fails with everything it printed. */
function tool(path, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join('node_modules', path), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    const said = []
    child.stdout.on('data', (chunk) => said.push(chunk))
    child.stderr.on('data', (chunk) => said.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => code === 0 ? resolve() : reject(new Error(Buffer.concat(said).toString())))
  })
}
