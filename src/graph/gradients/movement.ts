import { cast, concat, constant, equal, gemm, mul, reshape, slice, transpose } from '../operators.ts'
import { known } from '../shapes.ts'
import type { Dim, Node, Shape, Tensor } from '../tensor.ts'
import type { Rule } from './rule.ts'

type Names = 'Reshape' | 'Transpose' | 'Expand' | 'Gather' | 'Concat' | 'Split' | 'Slice'

export const movement: { [Name in Names]: Rule<Name> } = {
  // the way back
  Reshape: ({ x: [x], dy }) => [reshape(dy, x.shape)],
  Transpose: ({ dy, attributes: { perm } }) => [transpose(dy, perm.map((_, axis) => perm.indexOf(axis)))],
  // a repeat: its sum is taken where all broadcasts are undone
  Expand: ({ dy }) => [dy],
  // y = x[i]:  dx[r] = Σ dy[k] over all k with i[k] = r, as a product with a one-hot matrix: in a fixed order, unlike a scatter
  Gather: ({ x: [x, indices], dy }) => [gatherGradient(x.shape, indices, dy)],
  // [a, b] joined:  da, db = their parts of dy
  Concat: ({ x, dy, attributes: { axis } }) => x.map((_, i) => slice(dy, axis, sizeUpTo(x, axis, i), sizeUpTo(x, axis, i + 1))),
  // the parts joined, 0 where one is not used
  Split: ({ dys, node, attributes: { axis } }) => [concat(orZeros(dys, node), axis)],
  // dy between zeros, in the place of what was cut off
  Slice: ({ x: [x], dy, attributes: { along, start, end } }) => [concat([
    ...start === 0 ? [] : [mul(slice(x, along, 0, start), 0)],
    dy,
    ...end === undefined ? [] : [mul(slice(x, along, end), 0)],
  ], along)],
}

/** Of each output of a node, where the loss may not depend on all. */
export function orZeros(dys: readonly (Tensor | undefined)[], node: Node): Tensor[] {
  return dys.map((dy, i) => dy ?? mul(node.outputs[i], 0))
}

/** Where the i-th of joined tensors begins. */
function sizeUpTo(joined: readonly Tensor[], axis: number, i: number): Dim {
  const sizes = joined.slice(0, i).map(({ shape }) => shape[axis])
  return sizes.every((size) => typeof size === 'number') ? sizes.reduce((sum, size) => sum + size, 0) : sizes.join('+')
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
  const oneHot = cast(equal(numbers, reshape(indices, [1, count])), dy.dtype)
  const sums = gemm(oneHot, reshape(dy, [count, width]))
  return shape.length === 2 ? sums : reshape(sums, shape)
}
