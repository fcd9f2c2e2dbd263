/** Which evaluation is the best one, as Trainer decides (Trainer._determine_best_metric of transformers 5.23). */
import { UserError } from '../protocol/errors.ts'
import { metricNames, type MetricName } from './metrics.ts'

export interface BestModelRule {
  metric: MetricName
  greaterIsBetter: boolean
}

export interface BestModelSettings {
  /** With or without `eval_`. */
  metric_for_best_model: string
  /** Undefined: true unless the name ends in `loss`. */
  greater_is_better?: boolean | undefined
}

/** @throws UserError for a metric that evaluations do not have */
export function bestModelRule({ metric_for_best_model: name, greater_is_better }: BestModelSettings): BestModelRule {
  const full = name.startsWith('eval_') ? name : `eval_${name}`
  const metric = metricNames.find((known) => known === full)
  if (metric === undefined) {
    throw new UserError('settings.unknown-metric', { name, known: metricNames.map((known) => known.slice('eval_'.length)).join(', ') })
  }
  return { metric, greaterIsBetter: greater_is_better ?? !name.endsWith('loss') }
}

/** Strictly better wins, so of equals the first stays; NaN never wins. `best` is null before the first evaluation. */
export function isBetter(value: number, best: number | null, { greaterIsBetter }: BestModelRule): boolean {
  const bar = best ?? (greaterIsBetter ? -Infinity : Infinity)
  return greaterIsBetter ? value > bar : value < bar
}
