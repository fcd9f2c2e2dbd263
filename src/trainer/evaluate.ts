import type { Evaluator } from '../models/evaluator.ts'
import type { ProblemType } from '../protocol/problemType.ts'
import type { Evaluated, EvaluationRows, Measure } from './measure.ts'
import { measureLabels } from './measureLabels.ts'
import { measureLabelSets } from './measureLabelSets.ts'
import { measureNumbers } from './measureNumbers.ts'

const measures: Readonly<Record<ProblemType, (rows: EvaluationRows) => Measure>> = {
  single_label_classification: measureLabels,
  multi_label_classification: measureLabelSets,
  regression: measureNumbers,
}

/** Measures a model on rows, in their order. The loss is the mean over all rows, in double. */
export async function evaluate(evaluator: Evaluator, rows: EvaluationRows, batchSize: number, signal?: AbortSignal): Promise<Evaluated> {
  const { tokens, labels, labelNames, problemType = 'single_label_classification' } = rows
  const measure = measures[problemType](rows)
  for (let from = 0; from < labels.length; from += batchSize) {
    signal?.throwIfAborted()
    const texts = await tokens(from, batchSize)
    const logits = await evaluator.logits(texts)
    for (let i = 0; i < texts.length; i++) measure.add(from + i, logits.subarray(i * labelNames.length, (i + 1) * labelNames.length))
  }
  return measure.result()
}
