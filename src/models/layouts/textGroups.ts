import { add, concat, gather, input, integers, mul, reshape, where, withGradient, withGradients } from '../../graph/operators.ts'
import { known } from '../../graph/shapes.ts'
import type { Tensor } from '../../graph/tensor.ts'
import { hidden } from './padded.ts'

interface Group {
  /** Names of its sizes. */
  batch: string
  sequence: string
  /** int32 [batch, sequence]: the row of a text's token, or a filler row */
  token: Tensor
  /** bool, the same: where there is a token */
  mask: Tensor
}

/**
 * The texts of a batch as attention has them, in groups that are each padded to a length of their own. Moves token rows there and
 * back by gathers alone: each is the other's gradient.
 *
 * Batch inputs, for groups called `name`: `name.i.token` and `name.i.mask` of the i-th; and the way back, int32 [tokens]: `name.before`:
 * how many places lie before those of the token's text, `name.length`: how many it has; `token.place`.
 */
export class TextGroups {
  /** Added to scores [batch, heads, queries, sequence] of each group. */
  readonly biases: readonly Tensor[]
  readonly groups: readonly Group[]
  readonly #before: Tensor
  readonly #length: Tensor
  readonly #place = input('token.place', 'int32', ['tokens'])

  /** @param suffixes for the names of each group's sizes, `batch` and `sequence` */
  constructor(name: string, suffixes: readonly string[]) {
    this.groups = suffixes.map((suffix, i) => {
      const [batch, sequence] = [`batch${suffix}`, `sequence${suffix}`]
      return { batch, sequence, token: input(`${name}.${i}.token`, 'int32', [batch, sequence]), mask: input(`${name}.${i}.mask`, 'bool', [batch, sequence]) }
    })
    this.biases = this.groups.map(({ batch, sequence, mask }) => where(reshape(mask, [batch, 1, 1, sequence]), 0, hidden))
    this.#before = input(`${name}.before`, 'int32', ['tokens'])
    this.#length = input(`${name}.length`, 'int32', ['tokens'])
  }

  /** x [tokens, heads · d] → [batch, heads, sequence, d] of each group */
  split(x: Tensor, heads: number): Tensor[] {
    return withGradients(this.#toHeads(x, heads), [x], (dys) => [this.#fromHeads(dys, heads)])
  }

  /** [batch, heads, sequence, d] of each group → [tokens, heads · d] */
  merge(parts: readonly Tensor[], heads: number): Tensor {
    return withGradient(this.#fromHeads(parts, heads), parts, (dy) => this.#toHeads(dy, heads))
  }

  #toHeads(x: Tensor, heads: number): Tensor[] {
    const rows = reshape(x, [`tokens·${heads}`, known(x.shape, 1) / heads])
    return this.groups.map(({ batch, sequence, token }) => gather(rows, add(mul(reshape(token, [batch, 1, sequence]), heads), numbered([1, heads, 1]))))
  }

  #fromHeads(parts: readonly Tensor[], heads: number): Tensor {
    const d = known(parts[0].shape, 3)
    const rows = parts.map((part, i) => reshape(part, [`${this.groups[i].batch}·${heads}·${this.groups[i].sequence}`, d]))
    const [before, length, place] = [this.#before, this.#length, this.#place].map((x) => reshape(x, ['tokens', 1]))
    const row = add(add(mul(before, heads), mul(length, numbered([1, heads]))), place)
    return reshape(gather(rows.length === 1 ? rows[0] : concat(rows, 0), row), ['tokens', heads * d])
  }
}

/** 0, 1, 2, … along the one axis that is not 1. */
function numbered(shape: readonly number[]): Tensor {
  return integers([...Array(Math.max(...shape)).keys()], shape)
}
