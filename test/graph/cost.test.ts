import { expect, test } from 'vitest'
import { costModel, sizesIn } from '../../src/graph/cost.ts'
import { gemm, input, mul, parameter, reduceSum, reshape } from '../../src/graph/operators.ts'

const x = input('x', 'float32', ['rows', 3])
const weight = parameter('weight', [4, 3])

test('operations of products; bytes of what is computed; at once are the input and what later nodes read', () => {
  const y = gemm(x, weight, { transB: true })
  const costOf = costModel({ sums: reduceSum(mul(y, y), [0]) })
  expect(costOf({ rows: 5 })).toEqual({
    operations: 2 * 5 * 3 * 4,
    bytes: 4 * (5 * 4 + 5 * 4 + 4), // y, its squares, their sums
    peakBytes: 4 * (5 * 3 + 5 * 4 + 5 * 4), // x, y, its squares: the sums are an output
  })
  expect(costOf({ rows: 50 }).operations).toBe(2 * 50 * 3 * 4)
})

test('a tensor is gone after its last reader, and a reshaped one is the same memory', () => {
  const y = gemm(x, weight, { transB: true })
  const flat = reshape(y, ['values'])
  const squares = mul(flat, flat)
  const fourth = mul(squares, squares)
  // y and its squares, then the squares and their squares: never three of them.
  expect(costModel({ sum: reduceSum(fourth, [0]) })({ rows: 5, values: 20 })).toMatchObject({ bytes: 4 * (20 + 20 + 20 + 1), peakBytes: 4 * (15 + 20 + 20) })
  // Where y is read at the end once more, it stays.
  expect(costModel({ sum: reduceSum(mul(fourth, flat), [0]) })({ rows: 5, values: 20 })).toMatchObject({ peakBytes: 4 * (15 + 20 + 20 + 20) })
})

test('a size that no run tells is a bug', () => {
  expect(() => costModel({ sums: reduceSum(x, [0]) })({})).toThrow('rows')
})

test('sizes are read from what a run gives for the inputs that name them', () => {
  const declared = [{ name: 'ids', shape: ['batch', 'sequence'] }, { name: 'mask', shape: ['batch', 1, 'sequence'] }, { name: 'other', shape: ['unknown'] }]
  expect(sizesIn(declared, { ids: { shape: [2, 7] }, mask: { shape: [2, 1, 7] } })).toEqual({ batch: 2, sequence: 7 })
})
