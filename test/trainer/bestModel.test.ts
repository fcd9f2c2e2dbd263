import { expect, test } from 'vitest'
import { isBetter } from '../../src/trainer/bestModel.ts'

/** The index of the best of some evaluations, as a training run finds it. */
function best(values: number[], greaterIsBetter: boolean): number | null {
  let found: number | null = null
  values.forEach((value, index) => {
    if (isBetter(value, found === null ? null : values[found]!, greaterIsBetter)) found = index
  })
  return found
}

test('strictly better wins, of equals the first', () => {
  expect(best([0.5, 0.7, 0.7, 0.6], true)).toBe(1)
  expect(best([0.5, 0.3, 0.3, 0.4], false)).toBe(1)
  expect(best([0, 0], true)).toBe(0)
})

test('NaN never wins', () => {
  expect(best([NaN, 0.2, NaN, 0.1], true)).toBe(1)
  expect(best([NaN, 0.2, NaN, 0.1], false)).toBe(3)
  expect(best([NaN, NaN], true)).toBe(null)
})
