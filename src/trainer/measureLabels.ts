/** One label for each row: cross-entropy, and which label was taken for which. */
import type { EvaluationRows, Measure } from './measure.ts'
import { confusionMatrix, evaluationOf } from './metrics.ts'

export function measureLabels({ labels, labelNames }: EvaluationRows): Measure {
  const predictions = { labels: new Int32Array(labels.length), scores: new Float32Array(labels.length) }
  let loss = 0
  return {
    add(row, logits) {
      const predicted = argMax(logits)
      predictions.labels[row] = predicted
      predictions.scores[row] = Math.exp(-crossEntropy(logits, predicted))
      loss += crossEntropy(logits, labels[row])
    },
    result: () => ({ evaluation: evaluationOf(loss, confusionMatrix(labels, predictions.labels, labelNames.length), labelNames), predictions }),
  }
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
