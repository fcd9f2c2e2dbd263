/** Reads a JSON file that must have a certain form: what is in a run folder may come from anywhere. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'

/** @throws Error in one line for what is no JSON or not of that form; the system's error where the file cannot be read */
export async function readJsonFile<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
  const result = schema.safeParse(JSON.parse(await readFile(path, 'utf8')))
  if (result.success) return result.data
  const { path: where, message } = result.error.issues[0]!
  throw new Error(`${where.join('.')}: ${message}`)
}
