import { attention } from '../../graph/functions/layers.ts'
import { oneHotSum } from '../../graph/gradients/movement.ts'
import { add, cast, div, equal, gather, input, integers, matMul, mul, parameter, range, reduceSum, reshape, transpose, where, withGradient } from '../../graph/operators.ts'
import { known } from '../../graph/shapes.ts'
import type { Tensor } from '../../graph/tensor.ts'
import { DropoutSites } from './dropoutSites.ts'
import type { Layout, Lookup, LookupKind, RunnableLayout } from './layout.ts'

/** Large, finite, and far from overflow: e^hidden is 0 beside any real score. */
export const hidden = -1e30

/** In place of a row's number: no token has it, so the row gets no gradient. */
export const nobody = -1

/** Where a padded graph gets its numbers from: batch inputs of ours, or the inputs of an exported model. */
export interface PaddedInputs {
  /** [batch, sequence], integer */
  ids(kind: LookupKind): Tensor
  /** [batch, 1, 1, sequence]: true where there is a token */
  mask: Tensor
}

/** Every row at full length, tokens = batch · sequence: slow and plain, the reference for the packed layout, and the form that is exported. */
export function padded(inputs: PaddedInputs, training: boolean): RunnableLayout {
  const dropout = new DropoutSites(training)
  const lookups: Lookup[] = []
  const bias = where(inputs.mask, 0, hidden)

  const toHeads = (x: Tensor, heads: number) => transpose(reshape(x, ['batch', 'sequence', heads, known(x.shape, 1) / heads]), [0, 2, 1, 3])
  const layout: Layout = {
    lookup(kind, table, shape, padding) {
      const rows = parameter(table, shape)
      const ids = inputs.ids(kind)
      lookups.push({ table, kind, shape, rows })
      const looked = reshape(gather(rows, ids), ['tokens', shape[1]])
      if (typeof padding !== 'number') return looked
      const numbers = integers([...Array(shape[0]).keys()].map((row) => (row === padding ? nobody : row)), [shape[0], 1])
      return withGradient(looked, [rows], (dy) => [oneHotSum(numbers, ids, dy, shape)])
    },
    attention(q, k, v, { heads, p, turn = (x) => x, scale = Math.sqrt(heads / known(q.shape, 1)), bias: added }) {
      const [queries, keys] = [mul(q, scale), k].map((x) => turn(toHeads(x, heads)))
      const context = attention(queries, keys, toHeads(v, heads), {
        bias: added ? add(added(queries, keys), bias) : bias, dropout: dropout.probabilities(p, false, 1)[0],
      })
      return reshape(transpose(context, [0, 2, 1, 3]), ['tokens', known(q.shape, 1)])
    },
    narrow: (x) => x,
    first(x) {
      const width = known(x.shape, 1)
      const bySequence = transpose(reshape(x, ['batch', 'sequence', width]), [1, 0, 2])
      const firsts = reshape(gather(bySequence, integers([0], [1])), ['batch', width])
      return withGradient(firsts, [x], (dy) => {
        const isFirst = equal(reshape(range('sequence'), [1, 'sequence', 1]), 0)
        return [reshape(where(isFirst, reshape(dy, ['batch', 1, width]), 0), ['tokens', width])]
      })
    },
    mean: (x) => meanOfPlaces(toHeads(x, 1), inputs.mask),
    dropout: (x, p) => dropout.features(x, p, x.shape[0] === 'batch'),
    dropoutOfTable: (x, p) => dropout.table(x, p),
  }
  return { ...layout, sites: dropout.sites, lookups }
}

/** The mean of what `mask` shows: x [batch, 1, sequence, width] → [batch, width] */
export function meanOfPlaces(x: Tensor, mask: Tensor): Tensor {
  const shown = cast(reshape(mask, ['batch', 1, 1, 'sequence']), 'float32')
  return reshape(matMul(div(shown, reduceSum(shown, [-1], true)), x), ['batch', known(x.shape, 3)])
}

/** Batch inputs for a padded graph of ours. */
export function paddedInputs(): PaddedInputs {
  const ids = new Map<LookupKind, Tensor>()
  return {
    ids: (kind) => ids.get(kind) ?? ids.set(kind, input(kind, 'int32', ['batch', 'sequence'])).get(kind)!,
    mask: input('attention_mask', 'bool', ['batch', 1, 1, 'sequence']),
  }
}
