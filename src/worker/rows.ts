/** The rows behind a run: pages of them, where they lie, and the labels that a person puts right. */
import { stat } from 'node:fs/promises'
import { extname, isAbsolute, relative, sep } from 'node:path'
import { findColumns } from '../data/columns.ts'
import type { ColumnNames } from '../data/columns.ts'
import { addCorrection, correctionsFor } from '../data/corrections.ts'
import type { Correction } from '../data/corrections.ts'
import { delimiterOf } from '../data/csv.ts'
import { labelEdits } from '../data/csvEdits.ts'
import { openTable } from '../data/openTable.ts'
import { hashOf, predictedFiles, readPrediction, readPredictions } from '../data/predictions.ts'
import type { PredictedRow } from '../data/predictions.ts'
import type { Table } from '../data/table.ts'
import { beginningOf, textHash } from '../data/textHash.ts'
import { UserError } from '../protocol/errors.ts'
import type { CellEdit, RowFilter, RowPlace, RunCorrections, RunRow, RunRows } from '../protocol/rowRequests.ts'

/** As much of a text as the list of corrections shows. */
const shownText = 200

export async function rows({ filter, from, count, ...run }: RunRows & { filter: RowFilter, from: number, count: number }): Promise<{ total: number, rows: RunRow[] }> {
  const page = await readPredictions(run.folder, filter, from, count)
  const labels = new Map((await correctionsOf(run)).map(({ text_sha256, label }) => [text_sha256, label]))
  return { total: page.total, rows: page.rows.map((row) => shown(row, labels.get(hashOf(row)))) }
}

export async function place({ index, ...run }: RunRows & { index: number }): Promise<RowPlace> {
  const row = await readPrediction(run.folder, index)
  try {
    const table = await openData(row.file, run)
    const { text_column, label_column } = findColumns(table, run)
    const { texts, lines } = await table.read(text_column, label_column)
    const now = nearest(texts, row)
    if (now === -1) return { row: shown(row), isThere: false }
    return { row: { ...shown(row), row: now + 1, text: String(texts[now]) }, isThere: true, line: lines?.[now] }
  } catch {
    // Moved, damaged or with other columns: the run has its own copy of the text.
    return { row: shown(row), isThere: false }
  }
}

export async function correct({ index, label, ...run }: RunRows & { index: number, label: string }): Promise<void> {
  const row = await readPrediction(run.folder, index)
  const { label_column } = await columnsOf(row.file, run)
  await addCorrection(row.file, { text_sha256: hashOf(row), label_column, label, was: row.label, text: beginningOf(row.text, shownText), row: row.row })
}

export async function corrections(run: RunRows): Promise<RunCorrections> {
  const files = await dataFiles(run)
  return { corrections: await correctionsOf(run), csvFiles: files.filter((file) => ['.csv', '.tsv'].includes(extname(file).toLowerCase())) }
}

export async function undo({ text_sha256, ...run }: RunRows & { text_sha256: string }): Promise<void> {
  // Files in several folders each have corrections of their own.
  for (const file of await dataFiles(run)) {
    const { label_column } = await columnsOf(file, run)
    const found = (await correctionsFor([file], label_column)).find((each) => each.text_sha256 === text_sha256)
    if (found) await addCorrection(file, { ...found, label: null })
  }
}

export async function csvEdits({ file, csv, ...run }: RunRows & { file: string, csv: string }): Promise<CellEdit[]> {
  const table = await openData(file, run)
  const columns = findColumns(table, run)
  const labels = new Map((await correctionsFor([file], columns.label_column)).map(({ text_sha256, label }) => [text_sha256, label]))
  const place = { delimiter: delimiterOf(file, Buffer.from(csv.slice(0, 1 << 16))), text: table.columns.indexOf(columns.text_column), label: table.columns.indexOf(columns.label_column) }
  return labelEdits(csv, place, (text) => labels.get(textHash(text)))
}

/** None where no file of the run can be read any more. */
async function correctionsOf(run: RunRows): Promise<Correction[]> {
  const files = await dataFiles(run)
  for (const file of files) {
    const columns = await columnsOf(file, run).catch(() => undefined)
    if (columns) return correctionsFor(files, columns.label_column)
  }
  return []
}

async function columnsOf(file: string, run: RunRows): Promise<ColumnNames> {
  return findColumns(await openData(file, run), run)
}

/** Those of the files that a run's predictions name that belong to its data: a run folder may come from anywhere, and name any. */
async function dataFiles(run: RunRows): Promise<string[]> {
  return (await predictedFiles(run.folder)).filter((file) => belongs(file, run))
}

function belongs(file: string, { places }: RunRows): boolean {
  return places.some((place) => {
    const inside = relative(place, file)
    return isAbsolute(file) && inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)
  })
}

/** A pipe or a device in its place would be read for ever. */
async function openData(file: string, run: RunRows): Promise<Table> {
  if (!belongs(file, run)) throw new UserError('data.file-unreadable', { file, reason: 'it is not among the data of the run' })
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => error.code ?? 'ENOENT')
  if (typeof found === 'string' || !found.isFile()) throw new UserError('data.file-unreadable', { file, reason: typeof found === 'string' ? found : 'it is no file' })
  return openTable(file)
}

/** The row with the same text that is nearest to where it was; -1 where there is none. */
function nearest(texts: Awaited<ReturnType<Table['read']>>['texts'], row: PredictedRow): number {
  const hash = hashOf(row)
  const isIt = (index: number) => index >= 0 && index < texts.length && textHash(String(texts[index])) === hash
  for (let distance = 0; distance < texts.length + row.row; distance++) {
    for (const index of [row.row - 1 + distance, row.row - 1 - distance]) if (isIt(index)) return index
  }
  return -1
}

function shown({ index, text, label, predicted, score, file, row }: PredictedRow, correction?: string): RunRow {
  return { index, text, label, predicted, score, file, row, correction }
}
