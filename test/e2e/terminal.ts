/** The terminal of a journey's person. */
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import type { VsCode } from './vscode.ts'

/** Runs the command in the workspace, with the person's runs and home. Returns what it prints. */
export function finetune({ env, workspace }: Pick<VsCode, 'env' | 'workspace'>, ...words: string[]): string {
  return execFileSync(process.execPath, [resolve('dist/finetune.js'), ...words], { cwd: workspace, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
