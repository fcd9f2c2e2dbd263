/** Which column holds the texts and which the labels: as named, or found by what such columns are usually called. */
import { UserError } from '../protocol/errors.ts'
import type { Table } from './table.ts'
import { listed } from './wording.ts'

export interface ColumnNames {
  text_column: string
  label_column: string
}
type Setting = keyof ColumnNames

/** Columns as a person names them, or leaves them to be found. */
export type ColumnChoice = { [setting in Setting]?: string | null }

/** A column of the first name is taken whatever else stands beside it; of the others there may be only one. */
const USUAL_NAMES: Record<Setting, readonly string[]> = {
  text_column: [
    'text', 'sentence', 'content', 'review', 'title', 'headline', 'comment', 'message', 'tweet', 'question', 'utterance', 'document',
    'description', 'body', 'query',
  ],
  label_column: [
    'label', 'labels', 'class', 'class index', 'class_index', 'category', 'target', 'sentiment', 'topic', 'intent', 'emotion',
  ],
}

/** What of a table tells its columns. */
type Head = Pick<Table, 'file' | 'columns' | 'classNames'>

/**
 * The two columns of a table. Names are compared without case and spaces around them. Unnamed columns are found by
 * their usual names, the labels also by being the only ClassLabel; of two columns, one tells the other.
 */
export function findColumns(table: Head, named: ColumnChoice): ColumnNames {
  let label = named.label_column == null ? guessLabel(table) : columnCalled(table, named.label_column, 'label_column')
  const others = table.columns.filter((column) => column !== label)
  let text = named.text_column == null ? guess(table, others, 'text_column') : columnCalled(table, named.text_column, 'text_column')
  if (table.columns.length === 2 && label !== undefined) text ??= others[0]
  if (table.columns.length === 2 && text !== undefined) label ??= table.columns.find((column) => column !== text)

  if (text === undefined) throw notFound(table, 'text_column')
  if (label === undefined) throw notFound(table, 'label_column')
  if (text === label) throw new UserError('data.same-column', { column: text, columns: listed(table.columns) })
  return { text_column: text, label_column: label }
}

/** The column of texts where labels are not asked for: the one that is usually called so, or the only one. Undefined where it is not evident. */
export function findTextColumn({ columns }: Pick<Table, 'columns'>): string | undefined {
  if (columns.length === 1) return columns[0]
  const candidates = usuallyCalled(columns, 'text_column')
  return candidates.length === 1 ? candidates[0] : undefined
}

function guessLabel(table: Head): string | undefined {
  const classLabels = table.columns.filter((column) => table.classNames.has(column))
  const isCalledLabel = table.columns.some((column) => normalized(column) === USUAL_NAMES.label_column[0])
  return classLabels.length === 1 && !isCalledLabel ? classLabels[0] : guess(table, table.columns, 'label_column')
}

function guess(table: Head, columns: readonly string[], setting: Setting): string | undefined {
  const candidates = usuallyCalled(columns, setting)
  if (candidates.length > 1) throw new UserError('data.column-ambiguous', { file: table.file, columns: listed(candidates), setting })
  return candidates[0]
}

function usuallyCalled(columns: readonly string[], setting: Setting): string[] {
  const [first, ...others] = USUAL_NAMES[setting]
  const isFirst = columns.filter((column) => normalized(column) === first)
  return isFirst.length > 0 ? isFirst : columns.filter((column) => others.includes(normalized(column)))
}

function columnCalled(table: Head, name: string, setting: Setting): string {
  const exact = table.columns.filter((column) => column === name)
  const found = exact.length > 0 ? exact : table.columns.filter((column) => normalized(column) === normalized(name))
  if (found.length > 1) throw new UserError('data.column-ambiguous', { file: table.file, columns: listed(found), setting })
  if (found.length === 0) throw new UserError('data.column-missing', { file: table.file, column: name, columns: listed(table.columns), setting })
  return found[0]
}

function notFound(table: Head, setting: Setting): UserError {
  return new UserError('data.column-not-found', { file: table.file, columns: listed(table.columns), setting })
}

function normalized(column: string): string {
  return column.trim().toLowerCase()
}
