/**
 * Whether an evaluation's metric is the best so far, as Trainer decides (Trainer._determine_best_metric of transformers 5.23):
 * strictly better wins, so of equals the first stays; NaN never wins. `best` is null before the first evaluation.
 */
export function isBetter(value: number, best: number | null, greaterIsBetter: boolean): boolean {
  const bar = best ?? (greaterIsBetter ? -Infinity : Infinity)
  return greaterIsBetter ? value > bar : value < bar
}
