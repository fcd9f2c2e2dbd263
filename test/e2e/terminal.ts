/** The terminal of a journey's person. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import type { VsCode } from './vscode.ts'

type Person = Pick<VsCode, 'env' | 'workspace'>

/** Of `finetune train`: the embedded model on tickets.csv, whose columns nobody could guess. */
export const ticketWords = ['--model_name_or_path', resolve('embedded/news-mini'), '--dataset', 'tickets.csv', '--text_column', 'what they wrote', '--label_column', 'kind of ticket']

/** Runs the command in the workspace, with the person's runs and home. Returns what it prints. */
export function finetune({ env, workspace }: Person, ...words: string[]): string {
  return execFileSync(process.execPath, [resolve('dist/finetune.js'), ...words], { cwd: workspace, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** A run on the tickets that takes a moment, in a folder of the workspace. Returns the folder. */
export function ticketRun(person: Person, name: string): string {
  const folder = join(person.workspace, name)
  finetune(person, 'train', ...ticketWords, '--max_steps', '30', '--output_dir', folder)
  return folder
}

/** Begins the command and leaves it to itself. Resolves with its exit code. */
export async function finetuneBeside({ env, workspace }: Person, ...words: string[]): Promise<number | null> {
  const [code] = await once(spawn(process.execPath, [resolve('dist/finetune.js'), ...words], { cwd: workspace, env, stdio: 'ignore' }), 'exit') as [number | null]
  return code
}
