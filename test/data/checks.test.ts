import { expect, test } from 'vitest'
import { checkLabels, checkTexts, countClasses, duplicates, imbalance, lookAlikes, missingClasses, overlap } from '../../src/data/checks.ts'

const labels = (...numbers: number[]) => Int32Array.from(numbers)

test('duplicates count the rows that repeat a text, and the texts with several labels', () => {
  expect(duplicates({ texts: ['a', 'b', 'a', 'a', 'c', 'b'], labels: labels(0, 1, 0, 1, 1, 1) })).toEqual({ repeated: 3, conflicting: 1, example: 'a' })
  expect(duplicates({ texts: ['a', 'A', 'a '], labels: labels(0, 1, 0) })).toEqual({ repeated: 0, conflicting: 0, example: undefined })
})

test('overlap counts evaluation rows', () => {
  expect(overlap(['a', 'b'], ['a', 'c', 'a'])).toBe(2)
})

test('classes: their rows, those without any, the most uneven pair', () => {
  const numbers = labels(0, 2, 2, 2, 0, 2)
  expect([...countClasses(numbers, 4)]).toEqual([2, 0, 4, 0])
  expect(missingClasses(numbers, ['a', 'b', 'c', 'd'])).toEqual(['b', 'd'])
  expect(imbalance(numbers, ['a', 'b', 'c', 'd'])).toEqual({ largest: 'c', smallest: 'a', ratio: 2 })
})

test('names alike but for case and spaces', () => {
  expect(lookAlikes(['Sports', 'World', 'sports ', 'Sci  Tech', 'Sci Tech'])).toEqual(['Sports', 'sports ', 'Sci  Tech', 'Sci Tech'])
})

test('clean rows give no notice', () => {
  const split = { texts: ['a', 'b'], labels: labels(0, 1) }
  const other = { texts: ['c', 'd'], labels: labels(1, 0) }
  expect([...checkTexts(split, other), ...checkLabels(split, other, ['x', 'y'])]).toEqual([])
})

test('each finding is a notice', () => {
  const train = { texts: ['same', 'same', 'same', ...Array.from({ length: 18 }, (_, i) => `text ${i}`)], labels: labels(1, ...Array<number>(20).fill(0)) }
  const evaluation = { texts: ['same', 'new'], labels: labels(0, 0) }
  const notices = [...checkTexts(train, evaluation), ...checkLabels(train, evaluation, ['x', 'y', 'X'])]
  expect(notices.map(({ text }) => text)).toEqual([
    'training rows that repeat an earlier text: 2 of 21',
    'training texts under more than one label: 1, such as "same"',
    'evaluation rows whose text is also trained on: 1 of 2; the accuracy will look better than it is',
    'no training row has the label "X"',
    'no evaluation row has the label "y", "X"',
    'the class "x" has 20 times the training rows of "y": look at macro F1 more than at accuracy',
    'these labels differ only in case or spaces: "x", "X"',
  ])
})

test('of very many rows only the first are compared, and that is said', () => {
  const train = { texts: ['a', 'b', 'c', 'a'], labels: labels(0, 1, 0, 1) }
  const evaluation = { texts: ['c', 'd'], labels: labels(1, 0) }
  expect(checkTexts(train, evaluation, 2).map(({ code, args }) => [code, args])).toEqual([['data.compared-part', { count: 2, rows: 4 }]])
  expect(checkTexts(train, evaluation, 4).map(({ code }) => code)).toEqual(['data.duplicates', 'data.conflicting-labels', 'data.overlap'])
})
