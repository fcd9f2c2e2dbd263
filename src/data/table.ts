/** A file of rows, whatever its format: first its columns, then two of them, or row by row all of them. */

/** A value as its format has it: CSV knows strings only, Parquet gives int64 as bigint, `object` is anything nested. */
export type Cell = string | number | bigint | boolean | object | null | undefined

export interface Table {
  readonly file: string
  readonly columns: readonly string[]
  /** The names of the classes of the columns that the file itself calls a `ClassLabel`. */
  readonly classNames: ReadonlyMap<string, readonly string[]>
  /** Reads every row of two of the columns. */
  read(textColumn: string, labelColumn: string): Promise<TableRows>
  /** Every row in a stream. */
  records(): AsyncGenerator<TableRecord>
  /** Between the cells of a row, in formats that have one. */
  readonly delimiter?: string
}

/** A row with all that it holds. */
export interface TableRecord {
  /** Such as `row 3 (line 5)`. */
  place: string
  /** In the order of the file. */
  cells: [column: string, value: Cell][]
  /** The row as the file writes it: the object of a JSON line. */
  source?: string
  /** How much of the file is read with this row, from 0 to 1. */
  share: number
}

export interface TableRows {
  texts: Cell[]
  labels: Cell[]
  /** The line (from 1) on which each row begins, in formats that have lines. */
  lines?: Int32Array
}
