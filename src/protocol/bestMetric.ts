/** By what the best model of a run is chosen (TrainingArguments' metric_for_best_model). */
import { UserError } from './errors.ts'
import type { ProblemType } from './problemType.ts'

/** As an evaluation has them, without `eval_`: f1 is macro F1, f1_micro that over all labels of all rows. */
export const metricNames = ['accuracy', 'f1', 'f1_micro', 'loss', 'mse', 'mae', 'pearson', 'spearmanr'] as const
export type MetricName = (typeof metricNames)[number]

const measuredOf: Readonly<Record<ProblemType, readonly MetricName[]>> = {
  single_label_classification: ['accuracy', 'f1', 'loss'],
  multi_label_classification: ['accuracy', 'f1', 'f1_micro', 'loss'],
  regression: ['loss', 'mse', 'mae', 'pearson', 'spearmanr'],
}

/** Whether more of it is better. TrainingArguments says so of all but a loss; here an error is better smaller too. */
export function greaterIsBetter(metric: MetricName): boolean {
  return !['loss', 'mse', 'mae'].includes(metric)
}

/**
 * The metric and its direction for a run. A regression has no accuracy, the default: its best model is the one with the least loss.
 * @throws UserError for a metric that is not measured
 */
export function bestMetric({ metric_for_best_model: metric, greater_is_better }: { metric_for_best_model: MetricName, greater_is_better: boolean }, problemType: ProblemType): { metric: MetricName, greater_is_better: boolean } {
  const measured = measuredOf[problemType]
  if (measured.includes(metric)) return { metric, greater_is_better }
  if (metric === 'accuracy') return { metric: 'loss', greater_is_better: false }
  throw new UserError('settings.metric', { metric, problem_type: problemType, measured: measured.join(', ') })
}
