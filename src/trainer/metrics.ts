/** What an evaluation says of a classifier, from what can be summed over batches: losses and a confusion matrix. */
import type { Evaluation } from '../protocol/evaluation.ts'

/** counts[t][p] rows of class t were predicted as class p. */
export type ConfusionMatrix = readonly (readonly number[])[]

/** Counts rows by label and prediction, both class indices below `classes`. */
export function confusionMatrix(labels: ArrayLike<number>, predictions: ArrayLike<number>, classes: number): ConfusionMatrix {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let row = 0; row < labels.length; row++) counts[labels[row]!]![predictions[row]!]!++
  return counts
}

/**
 * As scikit-learn's accuracy_score, precision_recall_fscore_support and f1_score(average="macro"), all with zero_division=0: macro
 * F1 is the mean over the labels that occur, as a row's own or as a prediction.
 * @param lossSum cross entropy summed over all rows
 */
export function evaluationOf(lossSum: number, confusion: ConfusionMatrix, labelNames: readonly string[]): Evaluation {
  const predicted = confusion.map((_, label) => sum(confusion.map((row) => row[label]!)))
  const per_class = confusion.map((row, label) => {
    return labelScores(labelNames[label]!, { hits: row[label]!, predicted: predicted[label]!, support: sum(row) })
  })
  const occurring = per_class.filter(({ support }, label) => support + predicted[label]! > 0)
  const rows = sum(per_class.map(({ support }) => support))
  const accuracy = ratio(sum(confusion.map((row, label) => row[label]!)), rows)
  return {
    eval_loss: ratio(lossSum, rows),
    eval_accuracy: accuracy,
    eval_accuracy_margin: wilsonMargin(accuracy, rows),
    eval_f1: ratio(sum(occurring.map(({ f1 }) => f1)), occurring.length),
    eval_rows: rows,
    per_class,
    confusion_matrix: confusion.map((row) => [...row]),
  }
}

/** Of one label: rows rightly given it, rows given it, rows that have it. */
export function labelScores(label: string, { hits, predicted, support }: { hits: number; predicted: number; support: number }): Evaluation['per_class'][number] {
  return { label, precision: ratio(hits, predicted), recall: ratio(hits, support), f1: ratio(2 * hits, support + predicted), support }
}

/**
 * Half the width of Wilson's 95% score interval, z·√(p(1−p)/n + z²/4n²) / (1 + z²/n) (E. B. Wilson, JASA 22, 1927; recommended by
 * Brown, Cai and DasGupta, Statistical Science 16, 2001): unlike the plain standard error it is not 0 for a small sample without
 * mistakes.
 */
export function wilsonMargin(share: number, rows: number): number {
  const z = 1.959963984540054
  if (rows === 0) return 0
  return z * Math.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows)) / (1 + z * z / rows)
}

/** 0 where there is nothing to share. */
export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

export function mean(values: readonly number[]): number {
  return ratio(sum(values), values.length)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
