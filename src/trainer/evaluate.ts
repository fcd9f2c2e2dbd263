import type { Predictions } from '../data/predictions.ts'
import type { Evaluator } from '../models/evaluator.ts'
import type { Evaluation } from '../protocol/evaluation.ts'
import { confusionMatrix, evaluationOf } from './metrics.ts'

export interface EvaluationRows {
  /** Token ids of each row from `from` on, at most `count`. */
  tokens(from: number, count: number): Promise<Int32Array[]>
  labels: Int32Array
  labelNames: readonly string[]
}

export interface Evaluated {
  evaluation: Evaluation
  /** Row by row. */
  predictions: Predictions
}

/** Measures a model on rows, in their order. The loss is the mean over all rows, in double. */
export async function evaluate(evaluator: Evaluator, { tokens, labels, labelNames }: EvaluationRows, batchSize: number, signal?: AbortSignal): Promise<Evaluated> {
  const classes = labelNames.length
  const predictions = { labels: new Int32Array(labels.length), scores: new Float32Array(labels.length) }
  let loss = 0
  for (let from = 0; from < labels.length; from += batchSize) {
    signal?.throwIfAborted()
    const texts = await tokens(from, batchSize)
    const logits = await evaluator.logits(texts)
    for (let i = 0; i < texts.length; i++) {
      const row = logits.subarray(i * classes, (i + 1) * classes)
      const predicted = argMax(row)
      predictions.labels[from + i] = predicted
      predictions.scores[from + i] = Math.exp(-crossEntropy(row, predicted))
      loss += crossEntropy(row, labels[from + i])
    }
  }
  return { evaluation: evaluationOf(loss, confusionMatrix(labels, predictions.labels, classes), labelNames), predictions }
}

/** The first largest; 0 where the model has become NaN. */
function argMax(row: Float32Array): number {
  return row.reduce((best, value, i) => (value > row[best] ? i : best), 0)
}

/** ln Σ e^x − x[label], in double */
function crossEntropy(logits: Float32Array, label: number): number {
  const largest = Math.max(...logits)
  return largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)) - logits[label]
}
