// Runs the journeys of test/e2e against the packed VSIX, `--repeat N` times, `--workers N` at once, those whose file or name has a given word:
//   node scripts/journeys.mjs [--repeat N] [--workers N] [WORD…]
// The last line counts them. Exit 1 when one fails or is skipped, or when the VSIX is older than the sources.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startVitest } from 'vitest/node'
import { newerSource, vsix } from './vsix.mjs'

process.chdir(join(import.meta.dirname, '..'))
const one = { type: 'string', default: '1' }
const { values, positionals } = parseArgs({ options: { repeat: one, workers: one }, allowPositionals: true })
const maxWorkers = Number(values.workers)
const total = { passed: 0, failed: 0, skipped: 0, retries: 0 }

for (let round = 0; round < Number(values.repeat); round++) {
  const vitest = await startVitest('test', positionals, { config: 'test/e2e/vitest.config.ts', root: '.', watch: false, reporters: ['verbose'], maxWorkers })
  for (const file of vitest.state.getTestModules()) count(file)
  if (vitest.state.getUnhandledErrors().length > 0) total.failed++
  await vitest.close()
}
// What was changed meanwhile was not tested.
const newer = newerSource()
if (newer) console.log(`${vsix} is missing or older than ${newer}: npm run package makes it`)
if (newer || total.failed > 0 || total.skipped > 0 || total.passed === 0) process.exitCode = 1
console.log(`journeys: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped, retries ${total.retries}`)

function count(file) {
  const tests = [...file.children.allTests()]
  // A file that cannot be read has no tests.
  if (tests.length === 0) total.failed++
  for (const test of tests) {
    const { state } = test.result()
    total[state === 'pending' ? 'skipped' : state]++
    total.retries += test.diagnostic()?.retryCount ?? 0
  }
}
