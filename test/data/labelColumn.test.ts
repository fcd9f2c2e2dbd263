import { expect, test } from 'vitest'
import { labelText, loadDataset, rowsByLabel } from '../../src/data/dataset.ts'
import { readLabelColumn } from '../../src/data/labelColumn.ts'
import type { Rows } from '../../src/data/rows.ts'
import type { Cell } from '../../src/data/table.ts'
import type { ProblemType } from '../../src/protocol/problemType.ts'
import { fileWith } from './files.ts'

function rowsWith(labels: Cell[], classNames?: string[]): Rows {
  return { texts: labels.map((_, i) => `text ${i}`), labels, files: [{ path: 'a.jsonl', start: 0, classNames }] }
}

function read(labels: Cell[], wanted?: ProblemType, classNames?: string[]) {
  const column = readLabelColumn(rowsWith(labels, classNames), 'label', wanted)
  const names = column.names()
  return { problemType: column.problemType, names, ...column.encode(names) }
}

test.each<[string, Cell[], ProblemType]>([
  ['strings', ['a', 'b'], 'single_label_classification'],
  ['whole numbers', [1, 2], 'single_label_classification'],
  ['whole numbers, written as floats in text', ['1.0', '2.0'], 'single_label_classification'],
  ['numbers of which one is a fraction', [1, 2.5], 'regression'],
  ['the same in text', ['1', '-2.5e-1'], 'regression'],
  ['lists', [['a'], []], 'multi_label_classification'],
  ['lists in text', ['["a", "b"]', '[]'], 'multi_label_classification'],
  ['numbers among words', [1.5, 'a'], 'single_label_classification'],
])('%s: what the labels ask for', (_, labels, expected) => {
  const tell = () => readLabelColumn(rowsWith(labels), 'label', null).problemType
  if (labels.includes(1.5)) expect(tell).toThrow('"1.5" in the column "label" is no label')
  else expect(tell()).toBe(expected)
})

test('lists: each label in the order of names, 1 where a row has it', () => {
  expect(read([['b', 'a'], [], ['c', 'a', 'c']])).toMatchObject({ names: ['a', 'b', 'c'], targets: Float32Array.of(1, 1, 0, 0, 0, 0, 1, 0, 1), labels: new Int32Array(3) })
  expect(read([[10n, 9n], [2n]])).toMatchObject({ names: ['2', '9', '10'], targets: Float32Array.of(0, 1, 1, 1, 0, 0) })
  expect(read([[1n], [0n, 2n]], undefined, ['x', 'y', 'z'])).toMatchObject({ names: ['x', 'y', 'z'], targets: Float32Array.of(0, 1, 0, 1, 0, 1) })
})

test('numbers: as they are; whole ones where a regression is wanted', () => {
  expect(read([2.5, -1, '0.25'])).toMatchObject({ problemType: 'regression', names: ['LABEL_0'], targets: Float32Array.of(2.5, -1, 0.25) })
  expect(read([3n, 5n], 'regression')).toMatchObject({ names: ['LABEL_0'], targets: Float32Array.of(3, 5) })
})

test.each<[string, Cell[], ProblemType, string]>([
  ['a word among lists', [['a'], 'b'], 'multi_label_classification', 'a.jsonl, row 2: "b" in the column "label" is no list of labels'],
  ['nothing among lists', [['a'], null], 'multi_label_classification', 'a.jsonl, row 2: "null" in the column "label" is no list of labels'],
  ['a list in a list', [['a', ['b']]], 'multi_label_classification', 'a.jsonl, row 1: "[ \'b\' ]" in the column "label" is no label'],
  ['only empty lists', [[], []], 'multi_label_classification', 'a.jsonl: no training row has a label in its lists'],
  ['a word among numbers', ['1.5', 'much'], 'regression', 'a.jsonl, row 2: "much" in the column "label" is no number'],
  ['not a number', [1.5, NaN], 'regression', 'a.jsonl, row 2: "NaN" in the column "label" is no number'],
])('%s', (_, labels, wanted, message) => {
  expect(() => read(labels, wanted)).toThrow(message)
})

test('a label of an evaluation row that training lacks is named', () => {
  expect(() => readLabelColumn(rowsWith([['a'], ['z']]), 'label', null).encode(['a'])).toThrow('a.jsonl, row 2: the label "z" (rows with it: 1) does not occur in training, whose labels are "a"')
})

test('a file of lists: targets of the rows that are set aside too, and a notice that says what is learnt', async () => {
  const all = [['x'], ['y', 'x'], [], ['y'], ['x']]
  const dataset = await loadDataset({ dataset: [fileWith('rows.jsonl', all.map((label, i) => JSON.stringify({ text: `text ${i}`, label })).join('\n'))], test_size: 2 })
  expect(dataset.problemType).toBe('multi_label_classification')
  expect(dataset.notices.map(({ code }) => code)).toEqual(['data.own-split', 'data.several-labels'])
  for (const split of [dataset.train, dataset.evaluation]) {
    split.rows.forEach((row, i) => expect(labelText(split, i, dataset)).toBe([...all[row]].sort().join(', ')))
  }
  const counts = [dataset.train, dataset.evaluation].map((split) => rowsByLabel(split, dataset))
  expect(counts[0].map((count, label) => count + counts[1][label])).toEqual([3, 2])
})

test('the fingerprint knows targets', async () => {
  const of = async (labels: unknown[]) => (await loadDataset({ dataset: [fileWith('rows.jsonl', labels.map((label, i) => JSON.stringify({ text: `text ${i}`, label })).join('\n'))], test_size: 1 })).fingerprint
  const prints = await Promise.all([[1.5, 2, 3], [1.5, 2, 4], [1.5, 2, 3]].map(of))
  expect(prints[0]).toBe(prints[2])
  expect(prints[0]).not.toBe(prints[1])
})
