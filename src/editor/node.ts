/** The Node that trains and classifies: VS Code's own, unless a person names another. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as vscode from 'vscode'
import { childEnvironment } from '../protocol/childEnvironment.ts'
import { printable } from '../protocol/errors.ts'
import { configured } from './configuration.ts'

const oldest = 20
const mostMilliseconds = 10_000
/** Programs that were found to be Node: they are not asked again. */
const known = new Set<string>()

/** Path of the program. @throws Error in a person's words where the one that is named is no Node that will do */
export async function usableNode(): Promise<string> {
  const path = configured('nodePath')
  if (path === '') return process.execPath
  if (known.has(path)) return path
  const problem = await problemOf(path)
  if (problem !== undefined) throw new Error(vscode.l10n.t('The setting finetune.nodePath names {0}, which is no Node.js to use ({1}): give the path of Node.js {2} or later, or leave the setting empty.', printable(path), problem, oldest))
  known.add(path)
  return path
}

async function problemOf(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: mostMilliseconds, env: { ...childEnvironment(), ELECTRON_RUN_AS_NODE: '1' } })
    const [, version] = /^v(\d+)\.\d+\.\d+/.exec(stdout) ?? []
    if (version === undefined) return vscode.l10n.t('it tells no version')
    return Number(version) < oldest ? printable(stdout.trim()) : undefined
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code ?? (error as Error).message)
  }
}
