/**
 * `predictions.jsonl` of a finished run: what its model says of each evaluation row, with the row and where it lies.
 *
 * The texts are in it, so that mistakes can be read when the data has moved or changed. They are cut where no model reads on, and they
 * are the evaluation rows alone, written once: little beside the weights.
 */
import { createWriteStream } from 'node:fs'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { UserError } from '../protocol/errors.ts'
import type { RowFilter } from '../protocol/rowRequests.ts'
import type { Split } from './dataset.ts'
import { readLines } from './lines.ts'
import { beginningOf, textHash } from './textHash.ts'

export const predictionsFile = 'predictions.jsonl'

/** A label and its probability for each row. */
export interface Predictions {
  /** Class numbers. */
  labels: Int32Array
  scores: Float32Array
}

const rowSchema = z.object({
  /** Where the row lies: the dataset's `Place`, with an absolute path. */
  file: z.string(),
  row: z.int().min(1),
  line: z.int().min(1).optional(),
  text: z.string(),
  /** Of the whole text, where `text` is only its beginning. */
  text_sha256: z.string().optional(),
  label: z.string(),
  predicted: z.string(),
  /** The probability of `predicted`; null where the model had become NaN. */
  score: z.number().nullable(),
})
export type PredictedRow = z.output<typeof rowSchema> & {
  /** Its place among the evaluation rows. */
  index: number
}

export interface PredictedRows {
  total: number
  /** A page of them, the most confident first. */
  rows: PredictedRow[]
}

/** Four characters to a token: more than models of 512 tokens read. */
const longestText = 4000

/** Writes a line for each row of the split. */
export async function writePredictions(path: string, split: Split, labelNames: readonly string[], predictions: Predictions): Promise<void> {
  await pipeline(Readable.from(predictionLines(split, labelNames, predictions)), createWriteStream(path))
}

function* predictionLines({ texts, labels, locate }: Split, labelNames: readonly string[], predictions: Predictions): Generator<string> {
  for (const [index, whole] of texts.entries()) {
    const text = beginningOf(whole, longestText)
    const { file, ...place } = locate(index)
    const row: z.input<typeof rowSchema> = {
      file: resolve(file),
      ...place,
      text,
      ...text.length < whole.length ? { text_sha256: textHash(whole) } : {},
      label: labelNames[labels[index]],
      predicted: labelNames[predictions.labels[index]],
      score: predictions.scores[index],
    }
    yield `${JSON.stringify(row)}\n`
  }
}

/**
 * Reads a page of a run's predictions. A run folder may come from anywhere: lines that are no prediction are left out.
 * @throws UserError for a run that kept none
 */
export async function readPredictions(folder: string, filter: RowFilter, from: number, count: number): Promise<PredictedRows> {
  const rows: PredictedRow[] = []
  for await (const row of allPredictions(folder)) if (isWanted(row, filter)) rows.push(row)
  rows.sort((a, b) => (b.score ?? 0) - (a.score ?? 0) || a.index - b.index)
  return { total: rows.length, rows: rows.slice(from, from + count) }
}

/** One row. @throws UserError where there is no such row */
export async function readPrediction(folder: string, index: number): Promise<PredictedRow> {
  for await (const row of allPredictions(folder)) if (row.index === index) return row
  throw new UserError('run.no-predictions', { folder })
}

/** The data files that the rows come from. */
export async function predictedFiles(folder: string): Promise<string[]> {
  const files = new Set<string>()
  for await (const { file } of allPredictions(folder)) files.add(file)
  return [...files]
}

/** What corrections know the row's text by. */
export function hashOf({ text, text_sha256 }: PredictedRow): string {
  return text_sha256 ?? textHash(text)
}

async function* allPredictions(folder: string): AsyncGenerator<PredictedRow> {
  let index = -1
  try {
    for await (const line of readLines(join(folder, predictionsFile))) {
      index++
      const parsed = rowSchema.safeParse(parseJson(line.toString()))
      if (parsed.success) yield { ...parsed.data, index }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new UserError('run.no-predictions', { folder })
    throw error
  }
}

function isWanted({ label, predicted }: PredictedRow, filter: RowFilter): boolean {
  return filter.kind === 'mistakes' ? label !== predicted : label === filter.label && predicted === filter.predicted
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
