/** Parquet files, as the Hub serves them: row group by row group, only the columns asked for. */
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetScan, parquetSchema } from 'hyparquet'
import type { DecodedArray, FileMetaData } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { z } from 'zod'
import { UserError } from '../protocol/errors.ts'
import type { Cell, Table, TableRecord } from './table.ts'
import { rowName } from './wording.ts'

/** What `datasets` writes into the file's own metadata: the names of the classes among it. */
const classLabel = z.object({ _type: z.literal('ClassLabel'), names: z.array(z.string()) })
/** Or lists of them: `Sequence`, `List` and others. */
const feature = z.union([classLabel, z.object({ feature: classLabel }).transform((list) => list.feature)])
const huggingfaceSchema = z.object({ info: z.object({ features: z.record(z.string(), feature.optional().catch(undefined)) }) })

const ROWS_IN_PIECE = 1000
/** Stands in for a string whose bytes are no UTF-8, until its row is known. */
const NOT_UTF8 = Symbol('not UTF-8')
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const parsers = { stringFromBytes }

export async function openParquet(file: string): Promise<Table> {
  return orDamaged(file, readSchema(file))
}

async function readSchema(file: string): Promise<Table> {
  const bytes = await asyncBufferFromFile(file)
  const metadata = await parquetMetadataAsync(bytes, { parsers })
  return {
    file,
    columns: parquetSchema(metadata).children.map((child) => child.element.name),
    classNames: classNames(metadata),
    read: (textColumn, labelColumn) => orDamaged(file, readColumns(textColumn, labelColumn)),
    records: readRecords,
  }

  /** So many rows at a time as lie in a piece, whatever the size of the file's row groups. */
  async function* readRecords(): AsyncGenerator<TableRecord> {
    const count = Number(metadata.num_rows)
    for (let rowStart = 0; rowStart < count; rowStart += ROWS_IN_PIECE) {
      const piece = { rowStart, rowEnd: Math.min(count, rowStart + ROWS_IN_PIECE) }
      const rows = await orDamaged(file, parquetReadObjects({ file: bytes, metadata, compressors, parsers, ...piece }))
      for (const [index, row] of rows.entries()) {
        const place = rowName(rowStart + index + 1)
        const cells = Object.entries(row) as [string, Cell][]
        if (cells.some(([, value]) => (value as unknown) === NOT_UTF8)) throw new UserError('data.not-utf8', { file, place })
        yield { place, cells, share: (rowStart + index + 1) / count }
      }
    }
  }

  async function readColumns(textColumn: string, labelColumn: string) {
    const scan = await parquetScan({ file: bytes, metadata, columns: [textColumn, labelColumn], compressors, parsers })
    const texts: Cell[] = []
    const labels: Cell[] = []
    for (const range of scan.ranges) {
      append(texts, await scan.readColumn({ column: textColumn, ...range }))
      append(labels, await scan.readColumn({ column: labelColumn, ...range }))
    }
    const rows = Number(metadata.num_rows)
    if (texts.length !== rows || labels.length !== rows) throw new Error(`${rows} rows announced, ${texts.length} found`)
    return { texts, labels }
  }

  function append(cells: Cell[], column: DecodedArray): void {
    for (const value of column) {
      if (value === NOT_UTF8) throw new UserError('data.not-utf8', { file, place: rowName(cells.length + 1) })
      cells.push(value)
    }
  }
}

function classNames(metadata: FileMetaData): Map<string, string[]> {
  const written = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value
  const parsed = huggingfaceSchema.safeParse(written === undefined ? undefined : parseJson(written))
  if (!parsed.success) return new Map()
  return new Map(Object.entries(parsed.data.info.features).flatMap(([column, feature]) => (feature ? [[column, feature.names]] : [])))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function stringFromBytes(bytes: Uint8Array | undefined): string | symbol | undefined {
  try {
    return bytes && utf8.decode(bytes)
  } catch {
    return NOT_UTF8
  }
}

/** hyparquet's errors mean a damaged file, or a part of the format that it does not read. */
async function orDamaged<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError('data.parquet-damaged', { file, reason: (error as Error).message })
  }
}
