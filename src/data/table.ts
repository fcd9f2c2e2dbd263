/** A file of rows, whatever its format: first its columns, then two of them. */
import { extname } from 'node:path'
import { UserError } from '../protocol/errors.ts'
import { readBeginning } from './beginning.ts'
import { openCsv } from './csv.ts'
import { openJson } from './json.ts'
import { openParquet } from './parquet.ts'

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

const openers: Record<string, (file: string) => Promise<Table>> = {
  '.parquet': openParquet,
  '.csv': openCsv,
  '.tsv': openCsv,
  '.json': openJson,
  '.jsonl': openJson,
  '.ndjson': openJson,
}

/** The extensions that can be read, in lower case with their dot. */
export const DATA_EXTENSIONS: readonly string[] = Object.keys(openers)

/** What a clone without Git LFS has in the place of a large file. */
const LFS_POINTER = 'version https://git-lfs'

/** Opens a data file by its extension. */
export async function openTable(file: string): Promise<Table> {
  const opener = openers[extname(file).toLowerCase()]
  if (!opener) throw new UserError('data.file-type', { file, extensions: DATA_EXTENSIONS.join(', ') })
  const beginning = await readBeginning(file, LFS_POINTER.length)
  if (beginning.length === 0) throw new UserError('data.file-empty', { file })
  if (beginning.toString() === LFS_POINTER) throw new UserError('data.lfs-pointer', { file })
  return opener(file)
}
