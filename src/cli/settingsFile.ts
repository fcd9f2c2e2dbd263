/** Settings from a JSON file, as HfArgumentParser takes them. */
import { readFile } from 'node:fs/promises'
import { UserError } from '../protocol/errors.ts'

/** The names and values in the file, not checked yet. Throws a UserError where it is missing or no JSON object. */
export async function readSettingsFile(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new UserError('settings.file-not-found', { path }) : notJson(path, error)
  })
  const value = parsed(path, text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notJson(path, new Error('it is no object'))
  return value as Record<string, unknown>
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    throw notJson(path, error as Error)
  }
}

function notJson(path: string, error: Error): UserError {
  return new UserError('settings.file-not-json', { path, reason: error.message })
}
