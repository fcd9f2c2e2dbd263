import { expect, test } from 'vitest'
import { bestMetric } from '../../src/protocol/bestMetric.ts'
import { checkSettings } from '../../src/protocol/checkSettings.ts'

const settings = (given: object) => checkSettings({ model_name_or_path: 'm', dataset: 'd.csv', ...given })

test.each([
  [{}, 'single_label_classification', 'accuracy', true],
  [{ metric_for_best_model: 'eval_loss' }, 'single_label_classification', 'loss', false],
  [{ metric_for_best_model: 'eval_f1_micro' }, 'multi_label_classification', 'f1_micro', true],
  [{}, 'regression', 'loss', false],
  [{ greater_is_better: true }, 'regression', 'loss', false],
  [{ metric_for_best_model: 'mse' }, 'regression', 'mse', false],
  [{ metric_for_best_model: 'eval_mae' }, 'regression', 'mae', false],
  [{ metric_for_best_model: 'pearson' }, 'regression', 'pearson', true],
  [{ metric_for_best_model: 'spearmanr', greater_is_better: false }, 'regression', 'spearmanr', false],
] as const)('%j of %s: the best by %s', (given, problemType, metric, greater_is_better) => {
  expect(bestMetric(settings(given), problemType)).toEqual({ metric, greater_is_better })
})

test('a metric that is not measured is a mistake that names those that are', () => {
  expect(() => bestMetric(settings({ metric_for_best_model: 'f1' }), 'regression')).toThrow('metric_for_best_model f1 is not measured for regression: choose one of loss, mse, mae, pearson, spearmanr')
  expect(() => bestMetric(settings({ metric_for_best_model: 'mse' }), 'single_label_classification')).toThrow('choose one of accuracy, f1, loss')
  expect(() => bestMetric(settings({ metric_for_best_model: 'f1_micro' }), 'single_label_classification')).toThrow('f1_micro is not measured')
})
