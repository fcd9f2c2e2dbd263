import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { classificationReport, confusionMatrix } from '../../src/trainer/metrics.ts'

interface Reference {
  classes: number, labels: number[], predictions: number[], accuracy: number, f1: number
  precision: number[], recall: number[], per_class_f1: number[], support: number[], confusion: number[][]
}

/** Reports of scikit-learn 1.9.1, zero_division=0: random ones, and classes that are absent, only predicted, never found. */
const references = JSON.parse(readFileSync('test/golden/classification_reports.json', 'utf8')) as Reference[]

test.each(references.map((reference, index) => ({ index, reference })))('equals scikit-learn: report $index', ({ reference }) => {
  const report = classificationReport(confusionMatrix(reference.labels, reference.predictions, reference.classes))
  expect(report.confusion).toEqual(reference.confusion)
  expect(report.accuracy).toBe(reference.accuracy)
  expect(report.f1).toBeCloseTo(reference.f1, 14)
  report.classes.forEach((metrics, label) => {
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
  const { accuracyMargin } = classificationReport([[right, wrong], [0, 0]])
  expect(accuracyMargin).toBeCloseTo(expected, 12)
})

test('no rows give zeros, not NaN', () => {
  expect(classificationReport([[0, 0], [0, 0]])).toMatchObject({ accuracy: 0, accuracyMargin: 0, f1: 0 })
})
