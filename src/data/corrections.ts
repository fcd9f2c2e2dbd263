/**
 * Labels that a person has put right, kept beside the data instead of in it: `.finetune/corrections.jsonl` in the folder of the file
 * that the row came from, so that they move, are shared and are committed with it. (Loaders of data pass over hidden folders.) Data that
 * is not the person's own folder, the embedded sample and the Hub's cache, has its corrections in the user's data folder.
 *
 * A correction holds for a text and a label column, in whatever row or file of the dataset the text stands. The file is only ever
 * appended to: the last line for a text wins, and one without a label undoes those before it.
 */
import { mkdir, open } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import envPaths from 'env-paths'
import { z } from 'zod'
import { UserError } from '../protocol/errors.ts'
import { packageFile } from '../protocol/packageRoot.ts'
import { readLines } from './lines.ts'

const correctionSchema = z.object({
  text_sha256: z.string(),
  label_column: z.string(),
  /** What it is to be; null: as the data has it, again. */
  label: z.string().nullable(),
  /** What the data says, and where: for the person who reads the list. */
  was: z.string(),
  text: z.string(),
  file: z.string(),
  row: z.int().min(1),
  time: z.iso.datetime(),
})
type Line = z.output<typeof correctionSchema>
export type Correction = Line & { label: string }

const newline = 0x0a

/** The file that holds the corrections of a data file's rows. */
export function correctionsFile(dataFile: string): string {
  const path = resolve(dataFile)
  const repository = /[\\/](datasets--[^\\/]+)[\\/]snapshots[\\/]/.exec(path)?.[1]
  const notTheirs = repository ?? (path.startsWith(packageFile('embedded') + sep) ? 'embedded' : undefined)
  if (notTheirs === undefined) return join(dirname(path), '.finetune', 'corrections.jsonl')
  return join(envPaths('finetune', { suffix: '' }).data, 'corrections', `${notTheirs}.jsonl`)
}

/** The corrections that hold for data files: one for each text, in the order in which they were made. */
export async function readCorrections(dataFiles: readonly string[]): Promise<Correction[]> {
  const last = new Map<string, Line>()
  for (const path of new Set(dataFiles.map(correctionsFile))) {
    for (const line of await linesOf(path)) {
      const key = keyOf(line)
      last.delete(key) // so that it goes to the end
      last.set(key, line)
    }
  }
  return [...last.values()].filter((line): line is Correction => line.label !== null)
}

/** Whether a label was put right, or a correction taken back, after a time (ISO 8601). */
export async function correctedSince(dataFiles: readonly string[], time: string): Promise<boolean> {
  const lines = await Promise.all([...new Set(dataFiles.map(correctionsFile))].map(linesOf))
  return lines.flat().some((line) => line.time > time)
}

/** Those of a label column. */
export async function correctionsFor(dataFiles: readonly string[], label_column: string): Promise<Correction[]> {
  return (await readCorrections(dataFiles)).filter((correction) => keyOf(correction) === keyOf({ ...correction, label_column }))
}

/** Adds a line and brings it to the disk. What a kill tore stays a line of its own, which nobody reads. @throws UserError where the folder cannot be written */
export async function addCorrection(dataFile: string, correction: Omit<Line, 'file' | 'time'>): Promise<void> {
  const path = correctionsFile(dataFile)
  const line: Line = { ...correction, file: basename(dataFile), time: new Date().toISOString() }
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(path, 'a+')
    try {
      const { size } = await file.stat()
      const { buffer } = await file.read({ buffer: Buffer.from([newline]), position: Math.max(0, size - 1) })
      await file.appendFile(`${size > 0 && buffer[0] !== newline ? '\n' : ''}${JSON.stringify(line)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw new UserError('data.cannot-correct', { path, reason: (error as Error).message })
  }
}

/** Text and column in one. Names of columns are compared without case and blanks, as where they are chosen. */
export function keyOf({ text_sha256, label_column }: Pick<Line, 'text_sha256' | 'label_column'>): string {
  return `${text_sha256} ${label_column.trim().toLowerCase()}`
}

/** Lines that are no correction, such as one that is torn, are left out. */
async function linesOf(path: string): Promise<Line[]> {
  const lines: Line[] = []
  try {
    for await (const bytes of readLines(path)) {
      const parsed = correctionSchema.safeParse(parseJson(bytes.toString()))
      if (parsed.success) lines.push(parsed.data)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return lines
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
