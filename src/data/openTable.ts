/** Opens a file of rows by its extension. */
import { extname } from 'node:path'
import { UserError } from '../protocol/errors.ts'
import { readBeginning } from './beginning.ts'
import { openCsv } from './csv.ts'
import { openJson } from './json.ts'
import { openParquet } from './parquet.ts'
import type { Table } from './table.ts'

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
