/** Which rows are trained and evaluated on, by row index: the same rows as `datasets` picks. */
import { UserError } from '../protocol/errors.ts'
import { permutation } from '../random/pcg64.ts'

/** The tutorial's `shuffle(seed=42)`: fixed, so that runs with different training seeds see the same rows. */
export const SAMPLE_SEED = 42

/**
 * The rows of `datasets`' `train_test_split(test_size, seed)`, not stratified.
 * `testSize` below 1 is a share of the rows (rounded up), from 1 on a number of rows.
 */
export function trainTestSplit(n: number, testSize: number, seed: number): { train: Int32Array, test: Int32Array } {
  const testRows = testSize < 1 ? Math.ceil(testSize * n) : testSize
  if (!(testSize > 0) || !Number.isInteger(testRows)) throw new UserError('data.test-size', { test_size: testSize })
  if (testRows >= n) throw new UserError('data.too-few-rows', { rows: n, test_rows: testRows, test_size: testSize })
  const order = permutation(n, seed)
  return { train: order.slice(testRows), test: order.slice(0, testRows) }
}

/**
 * The rows of `datasets`' `shuffle(seed=42).select(range(max))`. Fewer rows than `max` are all taken, in their own order
 * (`select` would raise); so are all without a `max`.
 */
export function sample(n: number, max?: number | null): Int32Array {
  if (max == null || max > n) return Int32Array.from({ length: n }, (_, index) => index)
  return permutation(n, SAMPLE_SEED).slice(0, max)
}
