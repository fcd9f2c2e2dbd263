/** Runs tests with Mocha inside the extension host, and leaves what came out where the other side reads it. */
import { writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import Mocha from 'mocha'

/** Of each test; an error is its stack. */
export interface HostResult {
  title: string
  state: 'passed' | 'failed' | 'pending'
  error?: string
}

export const resultsFile = 'host-results.json'

/** @param load defines the tests with Mocha's globals */
export async function runMocha(load: () => Promise<unknown>): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: class {} as unknown as string })
  mocha.suite.emit('pre-require', globalThis, '', mocha)
  await load()
  const results: HostResult[] = []
  await new Promise<void>((resolve) => {
    mocha.run(() => resolve())
      .on('pass', (test) => results.push({ title: test.fullTitle(), state: 'passed' }))
      .on('fail', (test, error) => results.push({ title: test.fullTitle(), state: 'failed', error: String(error.stack) }))
      .on('pending', (test) => results.push({ title: test.fullTitle(), state: 'pending' }))
  })
  writeFileSync(join(homedir(), resultsFile), JSON.stringify(results))
}
