import { oneHotSum } from '../../graph/gradients/movement.ts'
import { attention } from '../../graph/functions/layers.ts'
import { add, equal, gather, input, integers, mul, parameter, reshape, where, withGradient } from '../../graph/operators.ts'
import { known } from '../../graph/shapes.ts'
import type { Tensor } from '../../graph/tensor.ts'
import { DropoutSites } from './dropoutSites.ts'
import { hidden, meanOfPlaces, nobody } from './padded.ts'
import type { Layout, Lookup, RunnableLayout } from './layout.ts'

/**
 * Real tokens only: rows of all texts lie behind one another, [tokens, hidden], with a few filler rows at the end that nothing
 * reads, so that their gradient is exactly 0. Padding exists only inside attention, where a filler row stands in for it. The last
 * layer keeps the first token of each text. Of an embedding table a batch carries the rows it uses, each once.
 *
 * Batch inputs (int32 unless said): `<kind>.rows` [rows used], `<kind>.slots` [tokens]: which of them; `sequence.token` [batch,
 * sequence]: the row of a text's token, or a filler row; `token.text`, `token.place` [tokens]: the way back; `sequence.length` [];
 * `sequence.mask` bool [batch, sequence]; `<kind>.numbers` and `token.number`: 0, 1, 2, …; `first.token` [batch].
 */
export function packed(training: boolean): RunnableLayout {
  const dropout = new DropoutSites(training)
  const lookups: Lookup[] = []
  const mask = input('sequence.mask', 'bool', ['batch', 'sequence'])
  const bias = where(reshape(mask, ['batch', 1, 1, 'sequence']), 0, hidden)
  const heads = new HeadIndices()

  const layout: Layout = {
    lookup(kind, table, shape, padding) {
      const used = `${kind}.rows`
      const ids = input(used, 'int32', [used])
      const rows = gather(parameter(table, shape), ids)
      const slots = input(`${kind}.slots`, 'int32', ['tokens'])
      const all = input(`${kind}.numbers`, 'int32', [used])
      const numbers = reshape(typeof padding === 'number' ? where(equal(ids, padding), nobody, all) : all, [used, 1])
      lookups.push({ table, kind, shape, rows })
      return withGradient(gather(rows, slots), [rows], (dy) => [oneHotSum(numbers, slots, dy, shape)])
    },
    attention(q, k, v, { heads: count, p, turn = (x) => x, scale = Math.sqrt(count / known(q.shape, 1)), bias: added }) {
      const onlyFirst = q.shape[0] === 'batch'
      const d = known(q.shape, 1) / count
      const split = (x: Tensor) => heads.split(x, count)
      const scaled = mul(q, scale)
      const queries = turn(onlyFirst ? reshape(scaled, ['batch', count, 1, d]) : split(scaled))
      const keys = turn(split(k))
      const context = attention(queries, keys, split(v), {
        bias: added ? add(added(queries, keys), bias) : bias, dropout: (x) => dropout.probabilities(x, p, onlyFirst),
      })
      return onlyFirst ? reshape(context, ['batch', count * d]) : heads.merge(context, count)
    },
    narrow: (x) => firstTokens(x),
    first: (x) => (x.shape[0] === 'batch' ? x : firstTokens(x)),
    mean: (x) => meanOfPlaces(heads.split(x, 1), mask),
    dropout: (x, p) => dropout.features(x, p, x.shape[0] === 'batch'),
    dropoutOfTable: (x, p) => dropout.table(x, p),
  }

  function firstTokens(x: Tensor): Tensor {
    const row = input('first.token', 'int32', ['batch'])
    const numbers = reshape(input('token.number', 'int32', ['tokens']), ['tokens', 1])
    return withGradient(gather(x, row), [x], (dy) => [oneHotSum(numbers, row, dy, x.shape)])
  }

  return { ...layout, sites: dropout.sites, lookups }
}

/** Moves token rows into attention's [batch, heads, sequence, d] and back by gathers alone: each is the other's gradient. */
class HeadIndices {
  readonly #token = input('sequence.token', 'int32', ['batch', 'sequence'])
  readonly #text = input('token.text', 'int32', ['tokens'])
  readonly #place = input('token.place', 'int32', ['tokens'])
  readonly #length = input('sequence.length', 'int32', [])

  /** x [tokens, heads · d] → [batch, heads, sequence, d] */
  split(x: Tensor, heads: number): Tensor {
    return withGradient(this.#toHeads(x, heads), [x], (dy) => [this.#fromHeads(dy, heads)])
  }

  /** x [batch, heads, sequence, d] → [tokens, heads · d] */
  merge(x: Tensor, heads: number): Tensor {
    return withGradient(this.#fromHeads(x, heads), [x], (dy) => [this.#toHeads(dy, heads)])
  }

  #toHeads(x: Tensor, heads: number): Tensor {
    const row = add(mul(reshape(this.#token, ['batch', 1, 'sequence']), heads), numbered([1, heads, 1]))
    return gather(reshape(x, [`tokens·${heads}`, known(x.shape, 1) / heads]), row)
  }

  #fromHeads(x: Tensor, heads: number): Tensor {
    const head = add(mul(reshape(this.#text, ['tokens', 1]), heads), numbered([1, heads]))
    const row = add(mul(head, this.#length), reshape(this.#place, ['tokens', 1]))
    const d = known(x.shape, 3)
    return reshape(gather(reshape(x, ['batch·heads·sequence', d]), row), ['tokens', heads * d])
  }
}

/** 0, 1, 2, … along the one axis that is not 1. */
function numbered(shape: readonly number[]): Tensor {
  return integers([...Array(Math.max(...shape)).keys()], shape)
}
