import { expect, test } from 'vitest'
import { encodeLabels, labelNames, labelsOf } from '../../src/data/labels.ts'
import type { Rows } from '../../src/data/rows.ts'
import type { Cell } from '../../src/data/table.ts'
import golden from '../golden/data/label_order.json' with { type: 'json' }

function rowsWith(labels: Cell[], classNames?: string[]): Rows {
  return { texts: labels.map(() => 'text'), labels, files: [{ path: 'a.csv', start: 0, classNames }] }
}

function encode(labels: Cell[], classNames?: string[]) {
  const rows = rowsWith(labels, classNames)
  const each = labelsOf(rows, 'label')
  const names = labelNames(rows, each, 'label')
  return { names, numbers: [...encodeLabels(rows, each, names)] }
}

test.each(golden)('strings are sorted as class_encode_column does: $names', ({ labels, names }) => {
  // An empty string is a class there, and a missing label here.
  expect(encode(labels.filter((label) => label !== '')).names).toEqual(names.filter((name) => name !== ''))
})

test('integers ascend under their decimal names, also as bigint and integral double', () => {
  expect(encode([10, 9, -1, 10])).toEqual({ names: ['-1', '9', '10'], numbers: [2, 1, 0, 2] })
  expect(encode([10n, 9n, 10n])).toEqual({ names: ['9', '10'], numbers: [1, 0, 1] })
})

test('false comes before true', () => {
  expect(encode([true, false])).toEqual({ names: ['false', 'true'], numbers: [1, 0] })
})

test('a ClassLabel keeps its order, whether its rows have numbers or names', () => {
  expect(encode([1n, 0n, 1n], ['z', 'a', 'unused'])).toEqual({ names: ['z', 'a', 'unused'], numbers: [1, 0, 1] })
  expect(encode(['a', '0', 'z'], ['z', 'a'])).toEqual({ names: ['z', 'a'], numbers: [1, 0, 0] })
})

test('files whose ClassLabels are in another order mean the same classes', () => {
  const rows: Rows = { texts: ['x', 'x', 'x', 'x'], labels: [0n, 1n, 0n, 1n], files: [{ path: 'a', start: 0, classNames: ['z', 'a'] }, { path: 'b', start: 2, classNames: ['a', 'z'] }] }
  const labels = labelsOf(rows, 'label')
  expect([...encodeLabels(rows, labels, labelNames(rows, labels, 'label'))]).toEqual([0, 1, 1, 0])
})

test('many classes are fine, one for every second row are not', () => {
  const many = Array.from({ length: 30 }, (_, i) => `class ${i}`)
  expect(encode([...many, ...many]).names).toHaveLength(30)
  expect(() => encode([...many, 'class 0'])).toThrow('the column "label" has 30 different labels in 31 rows')
})

test.each<[string, Cell[], string[] | undefined, string]>([
  ['missing labels', ['x', '', 'y', null, ' '], undefined, 'a.csv, row 2: no label in the column "label" (rows like it: 3)'],
  ['not a number', [1, NaN], undefined, 'a.csv, row 2: no label in the column "label" (rows like it: 1)'],
  ['a ClassLabel without label', [0n, -1n, 1n], ['a', 'b'], 'a.csv, row 2: the label "-1" in the column "label" is none of its 2 classes'],
  ['a ClassLabel out of range', [0n, 1n, 2n], ['a', 'b'], 'a.csv, row 3: the label "2" in the column "label" is none of its 2 classes'],
  ['a fraction', [1, 2.5], undefined, 'a.csv, row 2: "2.5" in the column "label" is no label'],
  ['an integer too large to be told from the next', [1n, 2n ** 60n], undefined, 'a.csv, row 2: "1152921504606846976" in the column "label" is no label'],
  ['a list', ['x', ['y']], undefined, 'a.csv, row 2: "[ \'y\' ]" in the column "label" is no label'],
  ['several types', ['x', 'y', 1], undefined, 'a.csv, row 3: the column "label" holds a label of type number among those of type string'],
  ['one class', ['x', 'x'], undefined, 'a.csv: all training rows have the label "x" in the column "label"'],
  ['one class of a ClassLabel', [1n, 1n], ['a', 'b'], 'a.csv: all training rows have the label "b" in the column "label"'],
])('%s', (_, labels, classNames, message) => {
  expect(() => encode(labels, classNames)).toThrow(message)
})

test('a label that training lacks is named with its row and the labels there are', () => {
  const rows = rowsWith(['x', 'z', 'y', 'z'])
  expect(() => encodeLabels(rows, labelsOf(rows, 'label'), ['x', 'y'])).toThrow('a.csv, row 2: the label "z" (rows with it: 2) does not occur in training, whose labels are "x", "y"')
})
