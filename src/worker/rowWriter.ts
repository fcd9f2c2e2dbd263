/** Rows of a file with a label and a score added, as text: CSV as CSV, everything else as JSON Lines. */
import type { Cell, Table, TableRecord } from '../data/table.ts'
import { UserError } from '../protocol/errors.ts'
import type { Prediction } from '../protocol/prediction.ts'

/** The names of the two columns. */
export interface AddedColumns {
  labelColumn: string
  scoreColumn: string
}

export interface RowWriter {
  readonly added: AddedColumns
  /** Cells so far that a spreadsheet would have taken for formulas. */
  readonly defused: number
  /** The line of column names, in formats that have one. */
  header(): string
  /** A row, and what was found for it: nothing where it has no text. */
  row(record: TableRecord, prediction?: Pick<Prediction, 'label' | 'score'>): string
}

export function rowWriter(table: Pick<Table, 'file' | 'columns' | 'delimiter'>): RowWriter {
  return table.delimiter === undefined ? new JsonLines(table) : new Delimited(table.columns, table.delimiter)
}

/** `label` and `score`, or what is free beside the columns that are there. */
export function addedColumns(columns: readonly string[]): AddedColumns {
  const isFree = ({ labelColumn, scoreColumn }: AddedColumns) => !columns.includes(labelColumn) && !columns.includes(scoreColumn)
  const plain = { labelColumn: 'label', scoreColumn: 'score' }
  if (isFree(plain)) return plain
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : `_${number}`
    const predicted = { labelColumn: `predicted_label${suffix}`, scoreColumn: `predicted_score${suffix}` }
    if (isFree(predicted)) return predicted
  }
}

/** CSV as RFC 4180 has it, with the delimiter of the file that it is a copy of. */
class Delimited implements RowWriter {
  readonly added: AddedColumns
  readonly #columns: readonly string[]
  readonly #delimiter: string
  defused = 0

  constructor(columns: readonly string[], delimiter: string) {
    this.#columns = columns
    this.#delimiter = delimiter
    this.added = addedColumns(columns)
  }

  header(): string {
    return this.#line([...this.#columns, this.added.labelColumn, this.added.scoreColumn])
  }

  row({ cells }: TableRecord, prediction?: Pick<Prediction, 'label' | 'score'>): string {
    return this.#line([...cells.map(([, value]) => String(value ?? '')), ...prediction ? [prediction.label, rounded(prediction.score).toString()] : ['', '']])
  }

  #line(cells: string[]): string {
    return `${cells.map((cell) => this.#quoted(this.#defused(cell))).join(this.#delimiter)}\n`
  }

  /** A cell that a spreadsheet would run as a formula gets an apostrophe in front, which makes it text. A number is none: -5 stays. */
  #defused(cell: string): string {
    if (!/^[=+\-@\t\r]/.test(cell) || /^[+-]?\d+([.,]\d+)?$/.test(cell)) return cell
    this.defused++
    return `'${cell}`
  }

  #quoted(cell: string): string {
    const needsQuotes = cell.includes(this.#delimiter) || /["\r\n]/.test(cell)
    return needsQuotes ? `"${cell.replaceAll('"', '""')}"` : cell
  }
}

class JsonLines implements RowWriter {
  readonly added: AddedColumns
  readonly defused = 0
  readonly #file: string

  constructor({ file, columns }: Pick<Table, 'file' | 'columns'>) {
    this.#file = file
    this.added = addedColumns(columns)
  }

  header(): string {
    return ''
  }

  row({ cells, source, place }: TableRecord, prediction?: Pick<Prediction, 'label' | 'score'>): string {
    const { labelColumn, scoreColumn } = this.added
    const taken = cells.find(([column]) => column === labelColumn || column === scoreColumn)
    if (taken) throw new UserError('classify.column-taken', { file: this.#file, place, column: taken[0] })
    const added = JSON.stringify({ [labelColumn]: prediction?.label ?? null, [scoreColumn]: prediction ? rounded(prediction.score) : null })
    // A line of the file stays as it is written: numbers in it may have more digits than a number of ours.
    const object = source ?? JSON.stringify(Object.fromEntries(cells), plain)
    const isEmpty = cells.length === 0
    return `${object.slice(0, object.lastIndexOf('}'))}${isEmpty ? '' : ','}${added.slice(1)}\n`
  }
}

/** What Parquet has and JSON has not. */
function plain(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value as Cell
}

/** To the digits that single precision has. */
function rounded(score: number): number {
  return Number(score.toFixed(6))
}
