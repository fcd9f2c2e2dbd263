/** Rows of data for a card, where the person asked for them: of each label the first row that the model was evaluated on. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { ownFile } from './ownFile.ts'

export interface ExampleRow {
  /** Its beginning, where it is long. */
  text: string
  label: string
}

const mostRows = 10
const mostCharacters = 200

/** A line of predictions.jsonl, which a finished run keeps. */
const lineSchema = z.object({ text: z.string(), label: z.string() })

/** None where the run has no such file. */
export async function exampleRows(folder: string): Promise<ExampleRow[]> {
  const own = await ownFile(folder, 'predictions.jsonl')
  if (own === undefined) return []
  const rows = new Map<string, ExampleRow>()
  const file = createReadStream(own.file)
  try {
    for await (const line of createInterface({ input: file })) {
      const { text, label } = lineSchema.parse(JSON.parse(line))
      if (!rows.has(label)) rows.set(label, { label, text: [...text].length > mostCharacters ? `${[...text].slice(0, mostCharacters).join('')}…` : text })
      if (rows.size === mostRows) break
    }
  } finally {
    file.destroy()
  }
  return [...rows.values()]
}
