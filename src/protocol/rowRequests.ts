/** What a window asks of its worker about the rows behind a run, and about labels that are put right. */
import { RequestType } from 'vscode-jsonrpc/node'
import type { Mistake } from './workerRequests.ts'

/** A run, the columns that its settings name, and where its data lies. */
export interface RunRows {
  folder: string
  text_column: string | null
  label_column: string | null
  /** Files and folders, absolute: no other is read, whatever the run folder says. None where data is not to be read. */
  places: string[]
}

/** Rows that were taken for another label, or those of one label that were taken for one. */
export type RowFilter = { kind: 'mistakes' } | { kind: 'cell', label: string, predicted: string }

export interface RunRow {
  /** Its place among the evaluation rows: what it is called. */
  index: number
  text: string
  label: string
  predicted: string
  /** The probability of `predicted`; null where the model had become NaN. */
  score: number | null
  file: string
  /** In the file, from 1. */
  row: number
  /** What it is now to be, where that was put right. */
  correction?: string
}

export interface RowPlace {
  row: RunRow
  /** Whether the file still has it. */
  isThere: boolean
  /** Where it begins now, from 1, in files that have lines. */
  line?: number
}

export interface RunCorrection {
  text_sha256: string
  text: string
  was: string
  label: string
  file: string
  row: number
}

/** The corrections that hold for a run's data. */
export interface RunCorrections {
  corrections: RunCorrection[]
  /** CSV files among the data: labels can be written into them. */
  csvFiles: string[]
}

export interface CellEdit {
  /** Offsets in the text, in UTF-16 code units. */
  start: number
  end: number
  text: string
}

/** A page of rows, the most confident first. */
export const rowsRequest = new RequestType<RunRows & { filter: RowFilter, from: number, count: number }, { total: number, rows: RunRow[] }, Mistake>('rows')
/** Where a row lies now: the file may have changed since the run. */
export const placeRequest = new RequestType<RunRows & { index: number }, RowPlace, Mistake>('place')
/** Puts the label of a row's text right. */
export const correctRequest = new RequestType<RunRows & { index: number, label: string }, void, Mistake>('correct')
export const correctionsRequest = new RequestType<RunRows, RunCorrections, Mistake>('corrections')
/** Takes a correction back. */
export const undoRequest = new RequestType<RunRows & { text_sha256: string }, void, Mistake>('undo')
/** The edits that write the corrections into a CSV file, whose text is that of an editor. */
export const csvEditsRequest = new RequestType<RunRows & { file: string, csv: string }, CellEdit[], Mistake>('csvEdits')
