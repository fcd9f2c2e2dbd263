/** CSV and TSV: RFC 4180 (quoted cells may hold delimiters, doubled quotes and line breaks), the first row names the columns. */
import { isUtf8 } from 'node:buffer'
import { createReadStream, statSync } from 'node:fs'
import { extname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import type { InfoRecord, Options } from 'csv-parse'
import { parse as parseSync } from 'csv-parse/sync'
import { UserError } from '../protocol/errors.ts'
import { bomLength, readBeginning } from './beginning.ts'
import type { Cell, Table, TableRecord } from './table.ts'
import { rowName } from './wording.ts'

const [LF, CR] = [10, 13]
const LONGEST_HEADER = 1 << 16 // 64 KiB
/** Reached only where a quote is never closed, and the rest of the file would be taken for one cell. */
const LONGEST_CELL = 1 << 24 // 16 MiB

const options: Options = {
  // Cells come as bytes, so that bytes which are no UTF-8 can be told instead of replaced.
  encoding: null,
  record_delimiter: ['\r\n', '\n', '\r'],
  skip_empty_lines: true,
  max_record_size: LONGEST_CELL,
}

export async function openCsv(file: string): Promise<Table> {
  const beginning = await readBeginning(file, LONGEST_HEADER)
  const start = bomLength(beginning)
  const delimiter = delimiterOf(file, beginning)
  const columns = readHeader(file, beginning.subarray(start), delimiter)
  return {
    file,
    columns,
    classNames: new Map(),
    delimiter,
    read: (textColumn, labelColumn) => readCells(file, start, delimiter, columns.indexOf(textColumn), columns.indexOf(labelColumn)),
    records: () => readRecords(file, start, delimiter, columns),
  }
}

/** Excel writes semicolons or tabs in some languages: the header shows which. */
export function delimiterOf(file: string, beginning: Buffer): string {
  if (extname(file).toLowerCase() === '.tsv') return '\t'
  const header = beginning.toString('latin1').trimStart().split(/[\r\n]/, 1)[0]
  const count = (delimiter: string) => header.split(delimiter).length
  return [',', ';', '\t'].reduce((best, delimiter) => count(delimiter) > count(best) ? delimiter : best)
}

function readHeader(file: string, beginning: Buffer, delimiter: string): string[] {
  try {
    const [header = []] = parseSync(beginning, { ...options, delimiter, to: 1 }) as unknown as Buffer[][]
    if (header.length === 0) throw new UserError('data.file-empty', { file })
    return header.map((cell) => decoded(cell, file, 'the header'))
  } catch (error) {
    throw malformed(error, file, 'the header')
  }
}

/** Reads two cells of each row in a stream; no other cell is kept. */
async function readCells(file: string, start: number, delimiter: string, textIndex: number, labelIndex: number) {
  const texts: string[] = []
  const labels: string[] = []
  const lines: number[] = []
  const rows = parseRows(delimiter, (cells, line, place) => {
    texts.push(decoded(cells[textIndex], file, place))
    labels.push(decoded(cells[labelIndex], file, place))
    lines.push(line)
    return null
  })
  try {
    await pipeline(createReadStream(file, { start }), rows.parser.resume())
  } catch (error) {
    throw malformed(error, file, rows.nextPlace())
  }
  return { texts, labels: integersIfAll(labels), lines: Int32Array.from(lines) }
}

/** All cells of each row, in a stream. */
async function* readRecords(file: string, start: number, delimiter: string, columns: readonly string[]): AsyncGenerator<TableRecord> {
  const { size } = statSync(file)
  const rows = parseRows(delimiter, (cells, _, place, bytes): TableRecord => ({
    place, cells: cells.map((cell, index) => [columns[index], decoded(cell, file, place)]), share: (start + bytes) / size,
  }))
  const stop = new AbortController()
  const reading = pipeline(createReadStream(file, { start }), rows.parser, { signal: stop.signal, end: true }).catch(() => {})
  try {
    for await (const record of rows.parser) yield record as TableRecord
  } catch (error) {
    throw malformed(error, file, rows.nextPlace())
  } finally {
    stop.abort()
    await reading
  }
}

/** A parser that hands on what `take` makes of each row behind the header, and the place of the row that it comes to next. */
function parseRows(delimiter: string, take: (cells: Buffer[], line: number, place: string, bytes: number) => unknown) {
  const lineCounter = new LineCounter()
  let count = 0
  const parser = parse({ ...options, delimiter, on_record: takeRow } as Options)

  function takeRow(record: unknown, info: InfoRecord): unknown {
    const cells = record as Buffer[]
    const line = lineCounter.next(info.empty_lines)
    lineCounter.pass(line, cells, info.empty_lines)
    const isHeader = info.records === 1
    return isHeader ? null : take(cells, line, rowName(++count, line), info.bytes)
  }

  return { parser, nextPlace: () => rowName(count + 1, lineCounter.next(parser.info.empty_lines)) }
}

/** Counts the lines on which rows begin (csv-parse tells where they end, and takes a CRLF inside a cell for two line breaks). */
class LineCounter {
  #nextLine = 1
  #emptyLines = 0

  /** The line of the row after the last one passed; `emptyLines` of the file lie before it. */
  next(emptyLines: number): number {
    return this.#nextLine + emptyLines - this.#emptyLines
  }

  /** Passes a row that begins on a line. */
  pass(line: number, cells: Buffer[], emptyLines: number): void {
    this.#nextLine = line + 1 + cells.reduce((count, cell) => count + lineBreaks(cell), 0)
    this.#emptyLines = emptyLines
  }
}

function lineBreaks(cell: Buffer): number {
  return cell.includes(LF) || cell.includes(CR) ? cell.toString('latin1').split(/\r\n|\n|\r/).length - 1 : 0
}

/** CSV has no types: as in pandas, a column of whole numbers is one of integers. */
function integersIfAll(cells: string[]): Cell[] {
  const isInteger = (cell: string) => /^\s*([+-]?\d+(\.0*)?\s*)?$/.test(cell)
  return cells.every(isInteger) ? cells.map((cell) => cell.trim() === '' ? undefined : Number(cell)) : cells
}

function decoded(cell: Buffer, file: string, place: string): string {
  if (!isUtf8(cell)) throw new UserError('data.not-utf8', { file, place })
  return cell.toString()
}

const reasons: Record<string, string> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'it has more or fewer cells than the header; a cell with the delimiter in it needs quotes',
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_MAX_RECORD_SIZE: 'a quote is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'text follows a closing quote; a quote inside a quoted cell is written twice',
  INVALID_OPENING_QUOTE: 'a quote stands inside a cell without quotes; put the cell in quotes and write the inner quote twice',
}

function malformed(error: unknown, file: string, place: string): unknown {
  if (!(error instanceof CsvError)) return error
  return new UserError('data.csv-malformed', { file, place, reason: reasons[error.code] ?? error.message })
}
