/** How far tokens of a text are apart, for attention that looks at it. */
import { concat, constant, cumSum, expand, gather, greater, integers, range, reshape, slice, sub, where } from '../operators.ts'
import type { Dim, Tensor } from '../tensor.ts'

/** Place of the key − place of the query, int32 [queries, keys], where both count from a text's first token; `queries` may be 1 for that token alone. */
export function distances(queries: Dim, keys: Dim): Tensor {
  return sub(reshape(places(keys), [1, keys]), reshape(places(queries), [queries, 1]))
}

function places(count: Dim): Tensor {
  return typeof count === 'string' ? range(count) : integers([...Array(count).keys()], [count])
}

/** All distances that there are in a text of so many places, int32 [sequence+sequence]: −sequence, …, −1, 0, 1, …, sequence − 1. */
export function allDistances(sequence: Dim): Tensor {
  const countdown = cumSum(expand(integers([1], [1]), [sequence]), 0, true)
  return concat([sub(0, countdown), places(sequence)], 0)
}

/** What `of` gives for each distance, int32 of the same shape. Beyond `reach`, either way, it is as at `reach`. */
export function byDistance(distance: Tensor, reach: number, of: (distance: number) => number): Tensor {
  const values = Int32Array.from({ length: 2 * reach + 1 }, (_, i) => of(i - reach))
  const notBelow = where(greater(-reach, distance), -reach, distance)
  const within = where(greater(notBelow, reach), reach, notBelow)
  return gather(constant(values, 'int32', [values.length]), sub(within, -reach))
}

/**
 * From scores by distance to scores by token: x [..., sequence, sequence+sequence], whose columns are `allDistances`, → [..., sequence,
 * sequence] with y[i][j] = x[i][column of j − i]. That column is j − i + S: in rows of 2S values, value (2S − 1) i + j + S of all. So
 * it is cutting the first S off, and reading on in rows of 2S − 1.
 */
export function byToken(x: Tensor): Tensor {
  const outer = x.shape.slice(0, -2)
  const axis = outer.length
  const [sequence, twice] = x.shape.slice(-2)
  const cut = slice(reshape(x, [...outer, twice, sequence]), axis, 1)
  return slice(reshape(cut, [...outer, sequence, `${twice}-1`]), axis + 1, 0, sequence)
}
