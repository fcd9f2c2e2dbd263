/** From the values of the label column to class numbers: which names there are, in which order, and each row's. */
import { inspect } from 'node:util'
import { UserError } from '../protocol/errors.ts'
import { byCodePoint } from './codePointOrder.ts'
import { isMissing, placeOf } from './rows.ts'
import type { Rows } from './rows.ts'
import type { Cell } from './table.ts'
import { listed, quoted } from './wording.ts'

/** A row's label as a person would write it: a ClassLabel's name, a string, an integer or a boolean. */
export type Label = string | number | boolean

/** With more names than this, and one for every second row, the column is no column of classes. */
const MANY_NAMES = 20

/** The label of each row. One that is missing, no class of a ClassLabel or of a type that no label has is a `UserError`. */
export function labelsOf(rows: Rows, column: string): Label[] {
  const missing = rows.labels.findIndex(isMissing)
  if (missing !== -1) {
    throw new UserError('data.label-missing', { ...placeOf(rows.files, missing), column, count: rows.labels.filter(isMissing).length })
  }
  const labels: Label[] = []
  for (const [index, { classNames }] of rows.files.entries()) {
    const end = rows.files[index + 1]?.start ?? rows.labels.length
    for (let row = labels.length; row < end; row++) {
      const cell = rows.labels[row]
      const label = classNames ? nameOfClass(cell, classNames) : plainLabel(cell)
      if (label === undefined) throw noLabel(rows, row, column, classNames)
      labels.push(label)
    }
  }
  return labels
}

/**
 * The names of the classes by class number, as the training rows have them: the ClassLabel's own; else strings sorted as
 * `class_encode_column` does, integers ascending under their decimal names, `false` before `true`.
 */
export function labelNames(train: Rows, labels: readonly Label[], column: string): string[] {
  const other = labels.findIndex((label) => typeof label !== typeof labels[0])
  if (other !== -1) {
    throw new UserError('data.label-types', { ...placeOf(train.files, other), column, type: typeof labels[other], other: typeof labels[0] })
  }
  const distinct = [...new Set(labels)]
  const { path: file, classNames } = train.files[0]
  if (distinct.length === 1) throw new UserError('data.one-class', { file, column, label: quoted(String(distinct[0])) })
  if (classNames) return [...classNames]
  if (distinct.length > MANY_NAMES && 2 * distinct.length > labels.length) {
    throw new UserError('data.many-labels', { file, column, count: distinct.length, rows: labels.length })
  }
  return namesInOrder(distinct)
}

/** The labels of one row that has a list of them. */
export function labelsIn(list: readonly Cell[], rows: Rows, row: number, column: string): Label[] {
  const classNames = rows.files.findLast(({ start }) => start <= row)?.classNames
  return list.map((cell) => {
    const label = classNames ? nameOfClass(cell, classNames) : plainLabel(cell)
    if (label === undefined) throw noLabel(rows, row, column, classNames, cell)
    return label
  })
}

/** Strings as `class_encode_column` sorts them, integers ascending, `false` before `true`; numbers before strings. */
export function namesInOrder(distinct: readonly Label[]): string[] {
  return [...distinct].sort((a, b) => (typeof a === typeof b ? inOrder(a, b) : typeof a < typeof b ? -1 : 1)).map(String)
}

/** The class number of each row. A label that `names` lacks is a `UserError`. */
export function encodeLabels({ files }: Pick<Rows, 'files'>, labels: readonly Label[], names: readonly string[]): Int32Array {
  const numbers = new Map<Label, number>(names.map((name, number) => [name, number]))
  return Int32Array.from(labels, (label, row) => {
    const number = numbers.get(String(label))
    if (number !== undefined) return number
    const count = labels.filter((each) => each === label).length
    throw new UserError('data.label-unknown', { ...placeOf(files, row), label: quoted(String(label)), count, names: listed(names) })
  })
}

function inOrder(a: Label, b: Label): number {
  return typeof a === 'string' ? byCodePoint(a, String(b)) : Number(a) - Number(b)
}

/** The name of a ClassLabel's number, or the name itself, as CSV files beside a card have it. */
function nameOfClass(cell: Cell, names: readonly string[]): string | undefined {
  return typeof cell === 'string' && names.includes(cell) ? cell : names[Number(cell)]
}

function plainLabel(cell: Cell): Label | undefined {
  if (typeof cell === 'string' || typeof cell === 'boolean') return cell
  const number = typeof cell === 'bigint' || typeof cell === 'number' ? Number(cell) : NaN
  return Number.isSafeInteger(number) ? number : undefined
}

function noLabel(rows: Rows, row: number, column: string, classNames: readonly string[] | undefined, cell = rows.labels[row]): UserError {
  const label = quoted(typeof cell === 'object' ? inspect(cell, { breakLength: Infinity }) : String(cell))
  const place = { ...placeOf(rows.files, row), column, label }
  return classNames ? new UserError('data.label-no-class', { ...place, classes: classNames.length }) : new UserError('data.label-type', place)
}
