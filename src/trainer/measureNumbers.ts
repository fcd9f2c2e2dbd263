/** A number for each row: how far off the model is, and whether it orders the rows rightly. */
import type { EvaluationRows, Measure } from './measure.ts'
import { mean } from './metrics.ts'

/** As scikit-learn's mean_squared_error and mean_absolute_error, and scipy's pearsonr and spearmanr. */
export function measureNumbers({ labels, targets }: EvaluationRows): Measure {
  const predicted = new Float64Array(labels.length)
  return {
    add(row, [logit]) {
      predicted[row] = logit
    },
    result() {
      const wanted = Float64Array.from(targets!)
      const errors = Array.from(predicted, (value, row) => value - wanted[row])
      const eval_mse = mean(errors.map((error) => error * error))
      return {
        evaluation: {
          eval_loss: eval_mse,
          eval_accuracy: null,
          eval_accuracy_margin: null,
          eval_f1: null,
          eval_mse,
          eval_mae: mean(errors.map(Math.abs)),
          eval_pearson: correlation(predicted, wanted),
          eval_spearmanr: correlation(ranks(predicted), ranks(wanted)),
          eval_rows: labels.length,
          per_class: [],
          confusion_matrix: [],
        },
      }
    },
  }
}

/** Pearson's: null where one side is all the same. */
function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const [x, y] = [a, b].map((values) => {
    const middle = mean(Array.from(values))
    return Array.from(values, (value) => value - middle)
  })
  const product = (left: number[], right: number[]) => left.reduce((sum, value, i) => sum + value * right[i], 0)
  const spread = Math.sqrt(product(x, x) * product(y, y))
  return spread > 0 ? product(x, y) / spread : null
}

/** Places in ascending order; equal values share the mean of theirs. */
function ranks(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b])
  const found = new Float64Array(values.length)
  for (let from = 0; from < order.length;) {
    let to = from
    while (to + 1 < order.length && values[order[to + 1]] === values[order[from]]) to++
    for (let i = from; i <= to; i++) found[order[i]] = (from + to) / 2
    from = to + 1
  }
  return found
}
