// What `npm test` runs once scripts/setup.mjs has built: types, lint, tests, with FINETUNE_WITNESS=1 the tests in which real Python
// clients read what we write, and the journeys in a real VS Code. Quiet on success, one line a part; a part that fails shows all
// that it said. FINETUNE_NO_E2E=1 leaves out what needs the VS Code.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { newerSource, universalVsix } from './vsix.mjs'
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
if (process.env.FINETUNE_NO_E2E === '1') {
  console.log('left out: tests in a real VS Code (FINETUNE_NO_E2E=1)')
} else if (!(newerSource() ?? newerSource(universalVsix)) || await part('package', () => run('scripts/package.mjs', 'linux-x64', 'universal'))) {
  await part('host tests', () => tool('vitest/vitest.mjs', 'run', '--root', '.', '--config', 'test/host/vitest.config.ts'))
  let said = ''
  await part('journeys', async () => { said = await run('scripts/journeys.mjs') })
  if (said !== '') console.log(said.trimEnd().split('\n').at(-1))
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

function tool(path, ...args) {
  return run(join('node_modules', path), ...args)
}

/** Runs a program of Node's; resolves to everything it printed, or fails with it. */
function run(program, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    const said = []
    child.stdout.on('data', (chunk) => said.push(chunk))
    child.stderr.on('data', (chunk) => said.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => code === 0 ? resolve(Buffer.concat(said).toString()) : reject(new Error(Buffer.concat(said).toString())))
  })
}
