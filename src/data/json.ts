/** JSON Lines (a row on each line), or one JSON document: an array of rows, or an object with such an array as its `data`. */
import { constants, isUtf8 } from 'node:buffer'
import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { UserError } from '../protocol/errors.ts'
import { bomLength, readBeginning } from './beginning.ts'
import { readLines } from './lines.ts'
import type { Cell, Table, TableRecord } from './table.ts'
import { rowName } from './wording.ts'

type Row = Record<string, Cell>

const BEGINNING = 1 << 16 // 64 KiB
/** A key may be left out of a row: the columns are those of the first rows together. */
const ROWS_FOR_COLUMNS = 100
const EXAMPLE_ROW = '{"text": "…", "label": "…"}'
const CONTEXT_BEFORE_ERROR = 10

export async function openJson(file: string): Promise<Table> {
  return await isDocument(file) ? openDocument(file) : openJsonLines(file)
}

/** A file that begins with `{` is a document if its first line is no row by itself, or is all there is and has `data`. */
async function isDocument(file: string): Promise<boolean> {
  const bytes = await readBeginning(file, BEGINNING)
  const text = bytes.toString('utf8', bomLength(bytes)).trimStart()
  if (text.startsWith('[')) return true
  if (extname(file).toLowerCase() !== '.json') return false
  const [firstLine, ...others] = text.split('\n')
  try {
    const first = JSON.parse(firstLine) as Row
    return Array.isArray(first.data) && others.join('').trim() === ''
  } catch {
    return true
  }
}

async function openJsonLines(file: string): Promise<Table> {
  const columns = new Set<string>()
  let count = 0
  for await (const { row } of readRows(file)) {
    for (const key of Object.keys(row)) columns.add(key)
    if (++count === ROWS_FOR_COLUMNS) break
  }
  if (count === 0) throw new UserError('data.file-empty', { file })
  return {
    file,
    columns: [...columns],
    classNames: new Map(),
    read: (text, label) => readJsonLines(file, text, label),
    records: () => readRecords(file),
  }
}

async function* readRecords(file: string): AsyncGenerator<TableRecord> {
  const { size } = await stat(file)
  for await (const { row, place, source, bytes } of readRows(file)) yield { place, cells: Object.entries(row), source, share: bytes / size }
}

async function readJsonLines(file: string, textColumn: string, labelColumn: string) {
  const texts: Cell[] = []
  const labels: Cell[] = []
  const lines: number[] = []
  for await (const { row, line } of readRows(file)) {
    texts.push(cellOf(row, textColumn))
    labels.push(cellOf(row, labelColumn))
    lines.push(line)
  }
  return { texts, labels, lines: Int32Array.from(lines) }
}

async function* readRows(file: string): AsyncGenerator<{ row: Row, line: number, place: string, source: string, bytes: number }> {
  let line = 0
  let count = 0
  let read = 0
  for await (const bytes of readLines(file)) {
    line++
    read += bytes.length + 1
    const text = bytes.toString()
    if (text.trim() === '') continue
    const place = rowName(++count, line)
    if (!isUtf8(bytes)) throw new UserError('data.not-utf8', { file, place })
    let row: unknown
    try {
      row = JSON.parse(text)
    } catch (error) {
      throw new UserError('data.json-malformed', { file, place, reason: (error as Error).message })
    }
    if (!isRow(row)) throw new UserError('data.json-row', { file, place, example: EXAMPLE_ROW })
    yield { row, line, place, source: text.trim(), bytes: read }
  }
}

async function openDocument(file: string): Promise<Table> {
  const rows = rowsOf(await readDocument(file), file)
  if (rows.length === 0) throw new UserError('data.file-empty', { file })
  const columns = new Set(rows.slice(0, ROWS_FOR_COLUMNS).flatMap((row) => Object.keys(row)))
  return {
    file,
    columns: [...columns],
    classNames: new Map(),
    read: async (text, label) => ({ texts: rows.map((row) => cellOf(row, text)), labels: rows.map((row) => cellOf(row, label)) }),
    async* records() {
      for (const [index, row] of rows.entries()) yield { place: rowName(index + 1), cells: Object.entries(row), share: (index + 1) / rows.length }
    },
  }
}

async function readDocument(file: string): Promise<unknown> {
  const { size } = await stat(file)
  if (size > constants.MAX_STRING_LENGTH) throw new UserError('data.json-too-large', { file })
  const bytes = await readFile(file)
  if (!isUtf8(bytes)) throw new UserError('data.not-utf8', { file, place: `line ${await firstLineNotUtf8(file)}` })
  const text = bytes.toString('utf8', bomLength(bytes))
  try {
    return JSON.parse(text)
  } catch (error) {
    const { message } = error as Error
    throw new UserError('data.json-malformed', { file, place: placeOfError(text, message), reason: message })
  }
}

async function firstLineNotUtf8(file: string): Promise<number> {
  let line = 0
  for await (const bytes of readLines(file)) {
    line++
    if (!isUtf8(bytes)) break
  }
  return line
}

/** V8's message has the position of the error, or the ten characters on each side of it. */
function placeOfError(text: string, message: string): string {
  const context = /\.\.\."([\s\S]+)"(?:\.\.\.)? is not valid JSON$/.exec(message)?.[1]
  const found = context === undefined ? -1 : text.indexOf(context)
  const position = /at position (\d+)/.exec(message)?.[1] ?? (found === -1 ? undefined : found + CONTEXT_BEFORE_ERROR)
  return position === undefined ? 'the document' : `line ${text.slice(0, Number(position)).trimEnd().split('\n').length}`
}

function rowsOf(document: unknown, file: string): Row[] {
  const rows: unknown[] = Array.isArray(document) ? document : isRow(document) && Array.isArray(document.data) ? document.data : [document]
  const notARow = rows.findIndex((row) => !isRow(row))
  if (notARow !== -1) throw new UserError('data.json-row', { file, place: rowName(notARow + 1), example: EXAMPLE_ROW })
  return rows as Row[]
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A row's own value: a column may be called `constructor`. */
function cellOf(row: Row, column: string): Cell {
  return Object.hasOwn(row, column) ? row[column] : undefined
}
