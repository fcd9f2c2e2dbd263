/** A file of rows, whatever its format: first its columns, then two of them. */

/** A value as its format has it: CSV knows strings only, Parquet gives int64 as bigint, `object` is anything nested. */
export type Cell = string | number | bigint | boolean | object | null | undefined

export interface Table {
  readonly file: string
  readonly columns: readonly string[]
  /** The names of the classes of the columns that the file itself calls a `ClassLabel`. */
  readonly classNames: ReadonlyMap<string, readonly string[]>
  /** Reads every row of two of the columns. */
  read(textColumn: string, labelColumn: string): Promise<TableRows>
}

export interface TableRows {
  texts: Cell[]
  labels: Cell[]
  /** The line (from 1) on which each row begins, in formats that have lines. */
  lines?: Int32Array
}
