/** The terminal of a journey's person. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { VsCode } from './vscode.ts'

type Person = Pick<VsCode, 'env' | 'workspace'>

/** Of `finetune train`. */
export const embeddedModel = ['--model_name_or_path', resolve('embedded/news-mini')]
/** Likewise: that model on tickets.csv, whose columns nobody could guess. */
export const ticketWords = [...embeddedModel, '--dataset', 'tickets.csv', '--text_column', 'what they wrote', '--label_column', 'kind of ticket']

/** Runs the command in the workspace, with the person's runs and home. Returns what it prints. The windows' line to the server (connection.ts) goes on meanwhile. */
export async function finetune({ env, workspace }: Person, ...words: string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [resolve('dist/finetune.js'), ...words], { cwd: workspace, env })).stdout
}

/** A run on the tickets that takes a moment, in a folder of the workspace. Returns the folder. @param words where the tickets are in another file */
export async function ticketRun(person: Person, name: string, words = ticketWords): Promise<string> {
  const folder = join(person.workspace, name)
  await finetune(person, 'train', ...words, '--max_steps', '30', '--output_dir', folder)
  return folder
}

/** Begins the command and leaves it to itself. Resolves with its exit code. */
export async function finetuneBeside({ env, workspace }: Person, ...words: string[]): Promise<number | null> {
  const [code] = await once(spawn(process.execPath, [resolve('dist/finetune.js'), ...words], { cwd: workspace, env, stdio: 'ignore' }), 'exit') as [number | null]
  return code
}
