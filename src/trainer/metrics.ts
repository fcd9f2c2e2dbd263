/**
 * What an evaluation says of a classifier, from its confusion matrix: counts[t][p] rows of class t were predicted as class p.
 */
export type ConfusionMatrix = readonly (readonly number[])[]

export interface ClassMetrics {
  /** Share of the rows predicted as this class that are of it; 0 where none was predicted. */
  precision: number
  /** Share of the rows of this class that were found; 0 where there is none. */
  recall: number
  /** Harmonic mean of the two; 0 where both are 0. */
  f1: number
  /** Rows of this class. */
  support: number
}

export interface ClassificationReport {
  /** Share of rows predicted right. */
  accuracy: number
  /** Half the width of Wilson's 95% interval of the accuracy: what `±` shows. Not 0 for a small sample without mistakes. */
  accuracyMargin: number
  /** Macro F1: the mean over the classes that occur as a label or as a prediction. */
  f1: number
  /** In class order. */
  classes: ClassMetrics[]
  confusion: ConfusionMatrix
}

/** Counts rows by label and prediction, both class indices below `classes`. */
export function confusionMatrix(labels: ArrayLike<number>, predictions: ArrayLike<number>, classes: number): ConfusionMatrix {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let row = 0; row < labels.length; row++) counts[labels[row]!]![predictions[row]!]!++
  return counts
}

/** sklearn's accuracy_score, precision_recall_fscore_support and f1_score(average="macro"), all with zero_division=0. */
export function classificationReport(confusion: ConfusionMatrix): ClassificationReport {
  const predicted = confusion.map((_, label) => sum(confusion.map((row) => row[label]!)))
  const classes = confusion.map((row, label) => classMetrics(row[label]!, sum(row), predicted[label]!))
  const occurring = classes.filter(({ support }, label) => support + predicted[label]! > 0)
  const rows = sum(classes.map(({ support }) => support))
  const accuracy = ratio(sum(confusion.map((row, label) => row[label]!)), rows)
  return {
    accuracy,
    accuracyMargin: wilsonMargin(accuracy, rows),
    f1: ratio(sum(occurring.map(({ f1 }) => f1)), occurring.length),
    classes,
    confusion,
  }
}

function classMetrics(hits: number, support: number, predicted: number): ClassMetrics {
  return {
    precision: ratio(hits, predicted),
    recall: ratio(hits, support),
    f1: ratio(2 * hits, support + predicted),
    support,
  }
}

/** Wilson's score interval at 95%: z·√(p(1−p)/n + z²/4n²) / (1 + z²/n) to either side of its centre. */
function wilsonMargin(share: number, rows: number): number {
  const z = 1.959963984540054
  if (rows === 0) return 0
  return z * Math.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows)) / (1 + z * z / rows)
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
