/** What crosses between the run panel's page and the editor about rows and their labels: rows by number, labels by class number. */
import { z } from 'zod'

const id = z.string().regex(/^[\w-]{1,64}$/)
const index = z.int().min(0)

/** Rows of a list: the mistakes, or a cell of the confusion matrix. */
export const rowListSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mistakes') }),
  z.object({ kind: z.literal('cell'), label: index, predicted: index }),
])
export type RowList = z.output<typeof rowListSchema>

const rowSchema = z.object({
  row: index,
  text: z.string(),
  label: z.string(),
  predicted: z.string(),
  score: z.number().nullable(),
  /** Such as `tickets.csv, row 12`. */
  place: z.string(),
  correction: z.string().optional(),
})
export type ShownRow = z.output<typeof rowSchema>

const correctionSchema = z.object({ id, text: z.string(), was: z.string(), label: z.string(), place: z.string() })
export type ShownCorrection = z.output<typeof correctionSchema>

export const rowAnswers = [
  z.object({ type: z.literal('rows'), of: rowListSchema, from: index, total: index, rows: z.array(rowSchema) }),
  /** All that hold for the run's data. `csv`: whether it has CSV files, into which they can be written. */
  z.object({ type: z.literal('corrections'), corrections: z.array(correctionSchema), csv: z.boolean() }),
  /** The rows cannot be shown, and why. */
  z.object({ type: z.literal('noRows'), of: rowListSchema, text: z.string() }),
] as const

export const rowQuestions = [
  z.object({ type: z.literal('rows'), run: id, of: rowListSchema, from: index }),
  z.object({ type: z.literal('openRow'), run: id, row: index }),
  z.object({ type: z.literal('fixLabel'), run: id, row: index, label: index }),
  z.object({ type: z.literal('corrections'), run: id }),
  z.object({ type: z.literal('undoCorrection'), run: id, correction: id }),
  z.object({ type: z.literal('writeIntoCsv'), run: id }),
  /** Puts a program that uses the run's model on the clipboard. */
  z.object({ type: z.literal('copy'), run: id, language: z.enum(['python', 'javascript']) }),
] as const
export type RowAnswer = z.output<(typeof rowAnswers)[number]>
export type RowQuestion = z.output<(typeof rowQuestions)[number]>
