/** The terminal of a journey's person. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { VsCode } from './vscode.ts'

type Person = Pick<VsCode, 'env' | 'workspace'>

/** Runs the command in the workspace, with the person's runs and home. Returns what it prints. */
export function finetune({ env, workspace }: Person, ...words: string[]): string {
  return execFileSync(process.execPath, [resolve('dist/finetune.js'), ...words], { cwd: workspace, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Begins the command and leaves it to itself. Resolves with its exit code. */
export async function finetuneBeside({ env, workspace }: Person, ...words: string[]): Promise<number | null> {
  const [code] = await once(spawn(process.execPath, [resolve('dist/finetune.js'), ...words], { cwd: workspace, env, stdio: 'ignore' }), 'exit') as [number | null]
  return code
}
