/** A column of labels, read as what it asks of a model: one label for each row, lists of labels, or numbers. */
import { inspect } from 'node:util'
import { UserError } from '../protocol/errors.ts'
import type { ProblemType } from '../protocol/problemType.ts'
import { encodeLabels, labelNames, labelsIn, labelsOf, namesInOrder } from './labels.ts'
import type { Label } from './labels.ts'
import { isMissing, placeOf } from './rows.ts'
import type { Rows } from './rows.ts'
import type { Cell } from './table.ts'
import { listed, quoted } from './wording.ts'

/** What each row is to be trained for. */
export interface Encoded {
  /** Class numbers; all 0 where there are targets. */
  labels: Int32Array
  /** The value that each output should have, [rows, names]: 1 or 0 for each label, or a number. */
  targets?: Float32Array
}

export interface LabelColumn {
  problemType: ProblemType
  /** Of the model's outputs, in their order, as the training rows have them. */
  names(): string[]
  encode(names: readonly string[]): Encoded
}

/** @param wanted told by what the cells are where not given. What does not fit it is a `UserError`. */
export function readLabelColumn(rows: Rows, column: string, wanted: ProblemType | null | undefined): LabelColumn {
  const problemType = wanted ?? problemTypeOf(rows)
  if (problemType === 'multi_label_classification') return listColumn(rows, column)
  if (problemType === 'regression') return numberColumn(rows, column)
  const labels = labelsOf(rows, column)
  return { problemType, names: () => labelNames(rows, labels, column), encode: (names) => ({ labels: encodeLabels(rows, labels, names) }) }
}

/** Lists are several labels; numbers of which one is no whole number are what a model is to tell; all else are classes. */
function problemTypeOf({ labels }: Rows): ProblemType {
  const present = labels.filter((cell) => !isMissing(cell))
  if (present.length > 0 && present.every((cell) => listIn(cell))) return 'multi_label_classification'
  const numbers = present.map(numberIn)
  const areNumbers = numbers.every((number) => number !== undefined) && numbers.some((number) => !Number.isInteger(number))
  return areNumbers ? 'regression' : 'single_label_classification'
}

function listColumn(rows: Rows, column: string): LabelColumn {
  const lists = rows.labels.map((cell, row) => {
    const list = listIn(cell)
    if (!list) throw unfit('data.label-no-list', rows, row, column)
    return labelsIn(list, rows, row, column)
  })
  return {
    problemType: 'multi_label_classification',
    names() {
      const { path: file, classNames } = rows.files[0]
      const distinct = [...new Set<Label>(lists.flat())]
      if (distinct.length === 0) throw new UserError('data.no-labels', { file, column })
      return classNames ? [...classNames] : namesInOrder(distinct)
    },
    encode(names) {
      const numbers = new Map(names.map((name, number) => [name, number]))
      const targets = new Float32Array(lists.length * names.length)
      for (const [row, list] of lists.entries()) {
        for (const label of list) {
          const number = numbers.get(String(label))
          if (number === undefined) throw unknown(rows, row, label, lists, names)
          targets[row * names.length + number] = 1
        }
      }
      return { labels: new Int32Array(lists.length), targets }
    },
  }
}

function numberColumn(rows: Rows, column: string): LabelColumn {
  const targets = Float32Array.from(rows.labels, (cell, row) => {
    const number = numberIn(cell)
    if (number === undefined) throw unfit('data.label-no-number', rows, row, column)
    return number
  })
  // The name that transformers gives to an output without one.
  return { problemType: 'regression', names: () => ['LABEL_0'], encode: () => ({ labels: new Int32Array(targets.length), targets }) }
}

/** A list as Parquet and JSON have it, or as JSON in a cell of text. */
function listIn(cell: Cell): Cell[] | undefined {
  if (Array.isArray(cell)) return cell as Cell[]
  if (typeof cell !== 'string' || !/^\s*\[.*\]\s*$/s.test(cell)) return undefined
  try {
    return JSON.parse(cell) as Cell[]
  } catch {
    return undefined
  }
}

function numberIn(cell: Cell): number | undefined {
  const isNumber = typeof cell === 'number' || typeof cell === 'bigint' || (typeof cell === 'string' && cell.trim() !== '')
  const number = isNumber ? Number(cell) : NaN
  return Number.isFinite(number) ? number : undefined
}

function unfit(code: 'data.label-no-list' | 'data.label-no-number', { files, labels }: Rows, row: number, column: string): UserError {
  const cell = labels[row]
  return new UserError(code, { ...placeOf(files, row), column, label: quoted(typeof cell === 'object' ? inspect(cell, { breakLength: Infinity }) : String(cell)) })
}

function unknown({ files }: Rows, row: number, label: Label, lists: readonly (readonly Label[])[], names: readonly string[]): UserError {
  const count = lists.filter((list) => list.includes(label)).length
  return new UserError('data.label-unknown', { ...placeOf(files, row), label: quoted(String(label)), count, names: listed(names) })
}
