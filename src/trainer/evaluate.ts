import type { Evaluator } from '../models/evaluator.ts'
import type { ProblemType } from '../protocol/problemType.ts'
import type { Evaluated, EvaluationRows, Measure } from './measure.ts'
import { FittingBatches } from './fittingBatches.ts'
import { measureLabels } from './measureLabels.ts'
import { measureLabelSets } from './measureLabelSets.ts'
import { measureNumbers } from './measureNumbers.ts'

const measures: Readonly<Record<ProblemType, (rows: EvaluationRows) => Measure>> = {
  single_label_classification: measureLabels,
  multi_label_classification: measureLabelSets,
  regression: measureNumbers,
}

/** Measures a model on rows, in their order, with as many at once as fit. The loss is the mean over all rows, in double. */
export async function evaluate(evaluator: Evaluator, rows: EvaluationRows, batchSize: number, signal?: AbortSignal, fitting = new FittingBatches(() => {})): Promise<Evaluated> {
  const { tokens, labels, labelNames, problemType = 'single_label_classification' } = rows
  const measure = measures[problemType](rows)
  for (let from = 0; from < labels.length; from += batchSize) {
    signal?.throwIfAborted()
    const texts = await tokens(from, batchSize)
    const logits = await fitting.run([texts], async (parts) => {
      const found: Float32Array[] = []
      for (const part of parts) found.push(await evaluator.logits(part))
      return found
    })
    let row = from
    for (const part of logits) {
      for (let at = 0; at < part.length; at += labelNames.length) measure.add(row++, part.subarray(at, at + labelNames.length))
    }
  }
  return measure.result()
}
