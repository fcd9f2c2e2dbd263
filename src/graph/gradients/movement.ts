import { cast, constant, equal, gemm, reshape, transpose } from '../operators.ts'
import { known } from '../shapes.ts'
import type { Shape, Tensor } from '../tensor.ts'
import type { Rule } from './rule.ts'

type Names = 'Reshape' | 'Transpose' | 'Expand' | 'Gather' | 'Concat'

export const movement: { [Name in Names]: Rule<Name> } = {
  // the way back
  Reshape: ({ x: [x], dy }) => [reshape(dy, x.shape)],
  Transpose: ({ dy, attributes: { perm } }) => [transpose(dy, perm.map((_, axis) => perm.indexOf(axis)))],
  // a repeat: its sum is taken where all broadcasts are undone
  Expand: ({ dy }) => [dy],
  // y = x[i]:  dx[r] = Σ dy[k] over all k with i[k] = r, as a product with a one-hot matrix: in a fixed order, unlike a scatter
  Gather: ({ x: [x, indices], dy }) => [gatherGradient(x.shape, indices, dy)],
  Concat: () => {
    throw new Error('Concat is used in gradients only, and has no gradient itself')
  },
}

function gatherGradient(shape: Shape, indices: Tensor, dy: Tensor): Tensor {
  const rows = known(shape, 0)
  const numbers = constant(Int32Array.from({ length: rows }, (_, row) => row), 'int32', [rows, 1])
  return oneHotSum(numbers, indices, dy, shape)
}

/** Sums the rows of `dy` that share an index: numbers [r, 1], indices [...], dy [..., c] → [r, c]; `shape` is of the rows' table, [r, c] or [r, ...] */
export function oneHotSum(numbers: Tensor, indices: Tensor, dy: Tensor, shape: Shape): Tensor {
  const count = indices.shape.length === 1 ? indices.shape[0] : indices.shape.join('·')
  const width = shape.slice(1).reduce<number>((product, _, axis) => product * known(shape, axis + 1), 1)
  const oneHot = cast(equal(numbers, reshape(indices, [1, count])), 'float32')
  const sums = gemm(oneHot, reshape(dy, [count, width]))
  return shape.length === 2 ? sums : reshape(sums, shape)
}
