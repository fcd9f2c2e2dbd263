/** Any number of labels for each row: binary cross-entropy, and each label's own hits and misses. */
import type { EvaluationRows, Measure } from './measure.ts'
import { labelScores, mean, ratio, wilsonMargin } from './metrics.ts'

/**
 * As scikit-learn measures label sets, with zero_division=0: accuracy is the share of rows with exactly the right labels, macro F1
 * the mean over all labels. A label is predicted where its probability is above 1/2.
 */
export function measureLabelSets({ labels, labelNames, targets }: EvaluationRows): Measure {
  const counts = labelNames.map(() => ({ hits: 0, predicted: 0, support: 0 }))
  let [loss, exact] = [0, 0]
  return {
    add(row, logits) {
      let isExact = true
      for (const [label, count] of counts.entries()) {
        const target = targets![row * labelNames.length + label]
        const [isPredicted, isTrue] = [logits[label] > 0, target > 0.5]
        count.hits += Number(isPredicted && isTrue)
        count.predicted += Number(isPredicted)
        count.support += Number(isTrue)
        isExact &&= isPredicted === isTrue
        loss += binaryCrossEntropy(logits[label], target) / labelNames.length
      }
      exact += Number(isExact)
    },
    result() {
      const per_class = counts.map((count, label) => labelScores(labelNames[label], count))
      const total = counts.reduce((sum, { hits, predicted, support }) => ({ hits: sum.hits + hits, predicted: sum.predicted + predicted, support: sum.support + support }), { hits: 0, predicted: 0, support: 0 })
      const accuracy = ratio(exact, labels.length)
      return {
        evaluation: {
          eval_loss: ratio(loss, labels.length),
          eval_accuracy: accuracy,
          eval_accuracy_margin: wilsonMargin(accuracy, labels.length),
          eval_f1: mean(per_class.map(({ f1 }) => f1)),
          eval_f1_micro: labelScores('', total).f1,
          eval_rows: labels.length,
          per_class,
          confusion_matrix: [],
        },
      }
    },
  }
}

/** ln(1 + eˣ) − x t, in double */
function binaryCrossEntropy(logit: number, target: number): number {
  return Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))) - logit * target
}
