import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { confusionMatrix, evaluationOf } from '../../src/trainer/metrics.ts'

interface Reference {
  classes: number, labels: number[], predictions: number[], accuracy: number, f1: number
  precision: number[], recall: number[], per_class_f1: number[], support: number[], confusion: number[][]
}

/** Reports of scikit-learn 1.9.1, zero_division=0: random ones, and classes that are absent, only predicted, never found. */
const references = JSON.parse(readFileSync('test/golden/classification_reports.json', 'utf8')) as Reference[]

test.each(references.map((reference, index) => ({ index, reference })))('equals scikit-learn: report $index', ({ reference }) => {
  const names = Array.from({ length: reference.classes }, (_, label) => `label ${label}`)
  const evaluation = evaluationOf(0, confusionMatrix(reference.labels, reference.predictions, reference.classes), names)
  expect(evaluation.confusion_matrix).toEqual(reference.confusion)
  expect(evaluation.eval_rows).toBe(reference.labels.length)
  expect(evaluation.eval_accuracy).toBe(reference.accuracy)
  expect(evaluation.eval_f1).toBeCloseTo(reference.f1, 14)
  expect(evaluation.per_class.map(({ label }) => label)).toEqual(names)
  evaluation.per_class.forEach((metrics, label) => {
    expect(metrics.precision).toBeCloseTo(reference.precision[label]!, 14)
    expect(metrics.recall).toBeCloseTo(reference.recall[label]!, 14)
    expect(metrics.f1).toBeCloseTo(reference.per_class_f1[label]!, 14)
    expect(metrics.support).toBe(reference.support[label])
  })
})

test.each([
  // Half of (upper - lower) of Wilson's interval, by statsmodels' proportion_confint(method='wilson').
  [81, 19, 0.07632046934647818],
  [16, 0, 0.09680384026721833],
  [0, 5, 0.21724123239158744],
])('the margin of %i right and %i wrong', (right, wrong, expected) => {
  const { eval_accuracy_margin } = evaluationOf(0, [[right, wrong], [0, 0]], ['a', 'b'])
  expect(eval_accuracy_margin).toBeCloseTo(expected, 12)
})

test('the loss is the mean over rows', () => {
  expect(evaluationOf(6, [[3, 1], [0, 4]], ['a', 'b']).eval_loss).toBe(0.75)
})

test('no rows give zeros, not NaN', () => {
  expect(evaluationOf(0, [[0, 0], [0, 0]], ['a', 'b'])).toMatchObject({ eval_loss: 0, eval_accuracy: 0, eval_accuracy_margin: 0, eval_f1: 0 })
})
