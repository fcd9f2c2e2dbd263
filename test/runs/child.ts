/** Real second processes for tests of what a kill leaves: TypeScript entries of `children/`, bundled once and run by Node. */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { build } from 'esbuild'

/** Within the project, so that packages are found from there. */
const bundles = 'node_modules/.test-children'

export async function bundleChild(name: string): Promise<string> {
  const outfile = `${bundles}/${name}.mjs`
  await build({ entryPoints: [`test/runs/children/${name}.ts`], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' })
  return outfile
}

export interface Child {
  process: ChildProcessByStdio<Writable, Readable, null>
  /** The next line that the child prints, or undefined at its end. */
  line: () => Promise<string | undefined>
  /** How it ended. */
  ended: Promise<{ code: number | null, signal: NodeJS.Signals | null }>
}

export function startChild(bundle: string, ...args: string[]): Child {
  const process_ = spawn(process.execPath, [bundle, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]()
  return {
    process: process_,
    line: async () => (await lines.next() as { value: string | undefined }).value,
    ended: once(process_, 'exit').then(([code, signal]) => ({ code, signal })),
  }
}
