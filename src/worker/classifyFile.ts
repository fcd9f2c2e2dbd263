/** Classify File: a copy of a file of rows with two more columns, the label of each row and its score. */
import { open, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { findTextColumn } from '../data/columns.ts'
import { openTable } from '../data/openTable.ts'
import { isMissing } from '../data/rows.ts'
import type { Table, TableRecord } from '../data/table.ts'
import { UserError } from '../protocol/errors.ts'
import type { ClassifiedFile, ClassifyFileParams, ClassifyFileProgress, FileColumns } from '../protocol/workerRequests.ts'
import { classify } from './classify.ts'
import { rowWriter } from './rowWriter.ts'

/** Rows that are held at a time: classified by length, written in their order. */
const pieceSize = 512

export interface ClassifyFileOptions {
  signal: AbortSignal
  onProgress(progress: ClassifyFileProgress): void
}

/** The columns of a file, and the one that evidently holds the texts. */
export async function fileColumns(file: string): Promise<FileColumns> {
  const table = await openTable(file)
  return { columns: [...table.columns], text: findTextColumn(table) }
}

/**
 * Writes the copy under a name that must not be taken. It appears there whole; once `signal` aborts, or something is wrong, nothing is
 * left of it.
 * @throws UserError for what is wrong with the file, its row named, or with the place of the copy
 */
export async function classifyFile(params: ClassifyFileParams, options: ClassifyFileOptions): Promise<ClassifiedFile> {
  const table = await openTable(params.file)
  const part = `${params.output}.part`
  const ours: string[] = []
  try {
    for (const path of [params.output, part]) ours.push(await make(path))
    const handle = await open(part, 'w')
    const result = await copyRows(table, params, handle, options).finally(() => handle.close())
    await rename(part, params.output)
    return result
  } catch (error) {
    for (const path of ours) await rm(path, { force: true })
    throw error
  }
}

/** An empty file, where there is none: nobody else's is ever written over. */
async function make(file: string): Promise<string> {
  try {
    await (await open(file, 'wx')).close()
    return file
  } catch (error) {
    throw new UserError('classify.cannot-write', { file, reason: (error as NodeJS.ErrnoException).code ?? String(error) })
  }
}

async function copyRows(table: Table, { folder, text_column }: ClassifyFileParams, to: FileHandle, { signal, onProgress }: ClassifyFileOptions): Promise<ClassifiedFile> {
  const writer = rowWriter(table)
  const counts = { rows: 0, withoutText: 0, truncated: 0, maxTokens: 0 }
  await to.write(writer.header())
  for await (const piece of pieces(table.records())) {
    const present = piece.filter((record) => !isMissing(cell(record, text_column)))
    const { predictions, truncated, maxTokens } = await classify({ folder, texts: present.map((record) => textOf(record, table.file, text_column)) }, signal)
    const answers = new Map(present.map((record, index) => [record, predictions[index]]))
    await to.write(piece.map((record) => writer.row(record, answers.get(record))).join(''))
    counts.rows += piece.length
    counts.withoutText += piece.length - present.length
    counts.truncated += truncated.filter((isCut) => isCut).length
    counts.maxTokens = maxTokens
    onProgress({ rows: counts.rows, share: piece.at(-1)!.share })
  }
  if (counts.rows === 0) throw new UserError('data.no-rows', { file: table.file })
  return { ...counts, ...writer.added, defused: writer.defused }
}

async function* pieces(records: AsyncIterable<TableRecord>): AsyncGenerator<TableRecord[]> {
  let piece: TableRecord[] = []
  for await (const record of records) {
    piece.push(record)
    if (piece.length < pieceSize) continue
    yield piece
    piece = []
  }
  if (piece.length > 0) yield piece
}

function cell({ cells }: TableRecord, name: string) {
  return cells.find(([column]) => column === name)?.[1]
}

function textOf(record: TableRecord, file: string, column: string): string {
  const text = cell(record, column)
  if (typeof text !== 'string') throw new UserError('classify.no-text', { file, place: record.place, column, type: typeof text })
  return text
}
