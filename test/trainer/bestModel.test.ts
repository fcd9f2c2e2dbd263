import { expect, test } from 'vitest'
import { bestModelRule, isBetter } from '../../src/trainer/bestModel.ts'

test.each([
  ['accuracy', undefined, 'eval_accuracy', true],
  ['eval_accuracy', undefined, 'eval_accuracy', true],
  ['f1', undefined, 'eval_f1', true],
  ['loss', undefined, 'eval_loss', false],
  ['eval_loss', undefined, 'eval_loss', false],
  ['loss', true, 'eval_loss', true],
  ['accuracy', false, 'eval_accuracy', false],
])('%s with greater_is_better %s', (name, greater_is_better, metric, greaterIsBetter) => {
  expect(bestModelRule({ metric_for_best_model: name, greater_is_better })).toEqual({ metric, greaterIsBetter })
})

test('an unknown metric is refused with those that there are', () => {
  expect(() => bestModelRule({ metric_for_best_model: 'bleu' })).toThrow('bleu is not a metric of an evaluation: set --metric_for_best_model to one of accuracy, f1, loss')
})

/** The index of the best of some evaluations, as a training run finds it. */
function best(values: number[], name: string): number | null {
  const rule = bestModelRule({ metric_for_best_model: name })
  let found: number | null = null
  values.forEach((value, index) => {
    if (isBetter(value, found === null ? null : values[found]!, rule)) found = index
  })
  return found
}

test('strictly better wins, of equals the first, NaN never', () => {
  expect(best([0.5, 0.7, 0.7, 0.6], 'accuracy')).toBe(1)
  expect(best([0.5, 0.3, 0.3, 0.4], 'loss')).toBe(1)
  expect(best([NaN, 0.2, NaN, 0.1], 'accuracy')).toBe(1)
  expect(best([NaN, 0.2, NaN, 0.1], 'loss')).toBe(3)
  expect(best([NaN, NaN], 'accuracy')).toBe(null)
  expect(best([0, 0], 'accuracy')).toBe(0)
})
