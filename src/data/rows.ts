/** All rows of a split in one piece, however many files they come from. */
import { UserError } from '../protocol/errors.ts'
import type { ColumnNames } from './columns.ts'
import type { Cell, Table } from './table.ts'
import { rowName } from './wording.ts'

/** Where a row lies: `row` counts from 1 without the header; `line` too, in formats that have lines. */
export interface Place {
  file: string
  row: number
  line?: number
}

/** A file's share of the rows: those from `start` (an index into the split) to the next file's. */
export interface RowFile {
  path: string
  start: number
  lines?: Int32Array
  /** The file's own names of the classes, if it has them. */
  classNames?: readonly string[]
}

export interface Rows {
  texts: string[]
  labels: Cell[]
  /** In the order of the rows. */
  files: RowFile[]
}

/**
 * Reads a split. Every row must have a text that is no blank; labels are checked where they are encoded.
 * @param columns of each table
 */
export async function readRows(tables: readonly Table[], columns: readonly ColumnNames[]): Promise<Rows> {
  const rows: Rows = { texts: [], labels: [], files: [] }
  const cells: Cell[] = []
  for (const [index, table] of tables.entries()) {
    const { text_column, label_column } = columns[index]
    const { texts, labels, lines } = await table.read(text_column, label_column)
    rows.files.push({ path: table.file, start: cells.length, lines, classNames: table.classNames.get(label_column) })
    for (const text of texts) cells.push(text)
    for (const label of labels) rows.labels.push(label)
  }
  if (cells.length === 0) throw new UserError('data.no-rows', { file: tables[0].file })
  rows.texts = requireTexts(cells, rows.files, columns[0].text_column)
  return rows
}

/** Where a row (an index into the split) lies. */
export function locate(files: readonly RowFile[], row: number): Place {
  const file = files.findLast((each) => each.start <= row && row >= 0)
  if (!file) throw new RangeError(`no row ${row}`)
  return { file: file.path, row: row - file.start + 1, line: file.lines?.[row - file.start] }
}

/** The arguments `{file}` and `{place}` of a message about a row. */
export function placeOf(files: readonly RowFile[], row: number): { file: string, place: string } {
  const { file, row: number, line } = locate(files, row)
  return { file, place: rowName(number, line) }
}

function requireTexts(cells: Cell[], files: readonly RowFile[], column: string): string[] {
  const notText = cells.findIndex((cell) => typeof cell !== 'string' && !isMissing(cell))
  if (notText !== -1) throw new UserError('data.text-type', { ...placeOf(files, notText), column, type: typeof cells[notText] })
  const missing = cells.findIndex(isMissing)
  if (missing !== -1) throw new UserError('data.text-missing', { ...placeOf(files, missing), column, count: cells.filter(isMissing).length })
  return cells as string[]
}

/** Nothing, nothing but blanks, or not a number. */
export function isMissing(cell: Cell): boolean {
  return cell === null || cell === undefined || Number.isNaN(cell) || typeof cell === 'string' && cell.trim() === ''
}
