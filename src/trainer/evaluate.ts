import type { Predictions } from '../data/predictions.ts'
import type { Evaluator } from '../models/evaluator.ts'
import type { Evaluation } from '../protocol/evaluation.ts'
import type { ProblemType } from '../protocol/problemType.ts'
import { measureLabels } from './measureLabels.ts'
import { measureLabelSets } from './measureLabelSets.ts'
import { measureNumbers } from './measureNumbers.ts'

export interface EvaluationRows {
  /** Token ids of each row from `from` on, at most `count`. */
  tokens(from: number, count: number): Promise<Int32Array[]>
  labels: Int32Array
  /** The value that each output should have, [rows, names], for the problem types that have such. */
  targets?: Float32Array
  labelNames: readonly string[]
  /** By default one label for each text. */
  problemType?: ProblemType
}

export interface Evaluated {
  evaluation: Evaluation
  /** Row by row, where each has one label. */
  predictions?: Predictions
}

/** Takes the logits of one row after another, and says in the end what they are worth. */
export interface Measure {
  add(row: number, logits: Float32Array): void
  result(): Evaluated
}

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
