/** Reads a JSON file that must have a certain form: what is in a run folder may come from anywhere. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../protocol/errors.ts'

/** @throws Error in one line for what is no JSON or not of that form; the system's error where the file cannot be read */
export async function readJsonFile<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
  const result = schema.safeParse(JSON.parse(await readFile(path, 'utf8')))
  if (result.success) return result.data
  const { path: where, message } = result.error.issues[0]!
  throw new Error(`${where.join('.')}: ${message}`)
}

/** The same for a file of a checkpoint. @throws UserError where it cannot be read or is not of that form */
export async function readCheckpointFile<Schema extends z.ZodType>(folder: string, name: string, schema: Schema): Promise<z.output<Schema>> {
  const path = join(folder, name)
  try {
    return await readJsonFile(path, schema)
  } catch (error) {
    throw new UserError('run.checkpoint-unreadable', { path, reason: (error as Error).message })
  }
}
