/** Processes of their own: for what a process has once (threads), may not survive, or must measure alone. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { build } from 'esbuild'

/** Runs `children/<name>.ts` by Node and returns what it prints as JSON; fails with what it says if it fails. gc() is there for it. */
export async function runChild<Result>(name: string, threads = 1, env: NodeJS.ProcessEnv = {}): Promise<Result> {
  // Within the project, so that packages are found from there.
  const outfile = `node_modules/.test-children/runtime/${name}.mjs`
  await build({ entryPoints: [`test/runtime/children/${name}.ts`], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'warning' })
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', outfile], { env: { ...process.env, FINETUNE_TEST_THREADS: String(threads), ...env } })
    .catch((error: { stdout: string, signal: string | null }) => {
      // A child that is done may end itself, where a driver's own end would crash.
      if (error.signal === 'SIGKILL' && error.stdout !== '') return error
      throw error
    })
  return JSON.parse(stdout) as Result
}
