/** The witnesses: Python scripts of this folder, run in the environment that scripts/witness.mjs made, and our own program as built. */
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { python } from '../../scripts/witness.mjs'

/** A finished run of our own program. */
export interface TrainedRun {
  model: string
  folder: string
}

/** What a script of this folder prints as JSON on stdout, given `input` as JSON on stdin. */
export function ask(script: string, input: unknown): unknown {
  const interpreter = script.endsWith('.py') ? python : process.execPath
  return JSON.parse(run(interpreter, [join(import.meta.dirname, script)], JSON.stringify(input)))
}

/** The same while this process goes on: a Hub that runs in it can answer. */
export async function askMeanwhile(script: string, input: unknown, more: Record<string, string> = {}): Promise<unknown> {
  const interpreter = script.endsWith('.py') ? python : process.execPath
  const env = { ...process.env, HF_HUB_OFFLINE: '0', HF_DATASETS_OFFLINE: '0', HF_HUB_DISABLE_XET: '1', OMP_NUM_THREADS: '2', ...more }
  const child = spawn(interpreter, [join(import.meta.dirname, script)], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(JSON.stringify(input))
  const [out, wrong] = await Promise.all([text(child.stdout), text(child.stderr)])
  if (out === '') throw new Error(wrong)
  return JSON.parse(out.trimEnd().split('\n').at(-1)!)
}

/** What `finetune` prints on stdout. */
export function finetune(args: readonly string[], input = ''): string {
  return run(process.execPath, ['dist/finetune.js', ...args], input)
}

function run(command: string, args: readonly string[], input: string): string {
  const env = { ...process.env, HF_HUB_OFFLINE: '1', HF_DATASETS_OFFLINE: '1', OMP_NUM_THREADS: '2' }
  const { status, stdout, stderr, error } = spawnSync(command, args, { input, env, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (error) throw error
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${status}:\n${stderr}`)
  return stdout
}
