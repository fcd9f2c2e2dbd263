import { expect, test } from 'vitest'
import { measureLabelSets } from '../../src/trainer/measureLabelSets.ts'
import { measureNumbers } from '../../src/trainer/measureNumbers.ts'
import type { EvaluationRows } from '../../src/trainer/measure.ts'

const rows = (targets: number[], labelNames: string[]): EvaluationRows => ({
  tokens: async () => [], labels: new Int32Array(targets.length / labelNames.length), targets: Float32Array.from(targets), labelNames,
})

// By scikit-learn's definitions, zero_division=0: labels are predicted where logits are above 0.
test('several labels: accuracy of sets, F1 by label, macro and micro', () => {
  const measure = measureLabelSets(rows([1, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0], ['a', 'b', 'c']))
  const logits = [[2, -1, 0.5], [0.25, -3, -1], [-2, 1, -0.5], [1, -1, -2]]
  logits.forEach((row, i) => measure.add(i, Float32Array.from(row)))
  const { evaluation, predictions } = measure.result()
  expect(predictions).toBeUndefined()
  expect(evaluation).toMatchObject({ eval_accuracy: 0.25, eval_rows: 4, confusion_matrix: [] })
  expect(evaluation.eval_f1).toBeCloseTo((0.8 + 2 / 3 + 2 / 3) / 3, 12)
  expect(evaluation.eval_f1_micro).toBeCloseTo(8 / 11, 12)
  expect(evaluation.per_class.map(({ precision, recall, support }) => [precision, recall, support])).toEqual([[2 / 3, 1, 2], [1, 0.5, 2], [1, 0.5, 2]])
  const losses = logits.flatMap((row, i) => row.map((x, label) => Math.log(1 + Math.exp(x)) - x * [1, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0][3 * i + label]))
  expect(evaluation.eval_loss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss) / 12, 12)
})

test('a label that no row has, and is never predicted, counts 0', () => {
  const measure = measureLabelSets(rows([1, 0], ['a', 'b']))
  measure.add(0, Float32Array.of(1, -1))
  expect(measure.result().evaluation).toMatchObject({ eval_accuracy: 1, eval_f1: 0.5, eval_f1_micro: 1 })
})

// numpy.corrcoef of the values, and of their ranks [1, 2.5, 4, 2.5] and [1, 2, 3, 4].
test('numbers: errors and correlations', () => {
  const measure = measureNumbers(rows([0.5, 2, 2.5, 4], ['LABEL_0']))
  ;[1, 2, 3, 2].forEach((value, i) => measure.add(i, Float32Array.of(value)))
  const { evaluation } = measure.result()
  expect(evaluation).toMatchObject({ eval_accuracy: null, eval_f1: null, eval_mse: 4.5 / 4, eval_loss: 4.5 / 4, eval_mae: 0.75, per_class: [] })
  expect(evaluation.eval_pearson).toBeCloseTo(0.565_685_42, 7)
  expect(evaluation.eval_spearmanr).toBeCloseTo(0.632_455_5, 6)
})

test('a model that says the same of all has no correlation', () => {
  const measure = measureNumbers(rows([1, 2], ['LABEL_0']))
  ;[3, 3].forEach((value, i) => measure.add(i, Float32Array.of(value)))
  expect(measure.result().evaluation).toMatchObject({ eval_pearson: null, eval_spearmanr: null })
})
