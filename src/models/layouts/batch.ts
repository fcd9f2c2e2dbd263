import { hostArray, type HostTensor } from '../../runtime/tensor.ts'
import type { LookupKind } from './layout.ts'

/** Batch inputs by name, as the graph of a layout wants them. */
export type Feeds = Record<string, HostTensor>

/** Texts, by their numbers in the batch, that are padded to one length in attention. In place of a number, `filler` stands for a text without tokens. */
export interface TextGroup {
  texts: readonly number[]
  /** Places for tokens that each of them has. */
  sequence: number
}

export const filler = -1

export interface Batch {
  feeds: Feeds
  /** Number of texts, and of places for tokens that each has where all are padded to one length. */
  texts: number
  sequence: number
  /** How attention of all tokens has them. */
  groups: readonly TextGroup[]
  /** For each token row of the graph: its text and its place in it. Rows of padding or filler name some place that nothing reads. */
  tokenText: Int32Array
  tokenPlace: Int32Array
}

/** Shapes come in few sizes, so that ONNX Runtime's arena settles. */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step
}

/** As how many rows a batch brings `count` used rows of a table; those beyond `count` get no gradient. */
export function paddedRows(count: number): number {
  return roundUp(count, 64)
}

/**
 * The position of each token of a text: 0, 1, 2, … or, in RoBERTa's kin, from the one after the padding's id on, over the tokens that
 * are not padding; padding among them has the position of its id (create_position_ids_from_input_ids in modeling_roberta.py).
 */
export function positionsOf(ids: Int32Array, padding?: number): Int32Array {
  if (padding === undefined) return ids.map((_, place) => place)
  let last = padding
  return ids.map((id) => (id === padding ? padding : ++last))
}

/** Which rows of each embedding table an effective batch uses, each once. `padding` is what positions count from, where they do. */
export class UsedRows {
  readonly rows: ReadonlyMap<LookupKind, Int32Array>
  readonly #slotOfId = new Map<number, number>()
  readonly #padding: number | undefined

  constructor(texts: readonly Int32Array[], padding?: number) {
    this.#padding = padding
    for (const ids of texts) for (const id of ids) if (!this.#slotOfId.has(id)) this.#slotOfId.set(id, this.#slotOfId.size)
    const longest = Math.max(...texts.map((ids) => ids.length))
    this.rows = new Map([
      ['input_ids', Int32Array.from(this.#slotOfId.keys())],
      ['position_ids', Int32Array.from({ length: padding === undefined ? longest : longest + 1 }, (_, slot) => slot + (padding ?? 0))],
      ['token_type_ids', new Int32Array(1)],
    ])
  }

  slotOfId(id: number): number {
    return this.#slotOfId.get(id)!
  }

  /** Of each token's position. */
  positionSlots(ids: Int32Array): Int32Array {
    return positionsOf(ids, this.#padding).map((position) => position - (this.#padding ?? 0))
  }
}

export function int32(shape: readonly number[], value: (i: number) => number): HostTensor {
  const data = hostArray('int32', shape.reduce((product, dim) => product * dim, 1))
  for (let i = 0; i < data.length; i++) data[i] = value(i)
  return { dtype: 'int32', shape, data }
}

/** What a text is to be trained for: its class number, or the value that each output should have. */
export type Label = number | Float32Array

/**
 * What the loss compares logits with, [batch, labels]: for class numbers their row's weight at the label and 0 elsewhere; else the
 * values as they are, beside `weight` [].
 */
export function targets(labels: readonly Label[], count: number, weight: number): Feeds {
  const data = hostArray('float32', labels.length * count)
  for (const [i, label] of labels.entries()) {
    if (typeof label === 'number') data[i * count + label] = weight
    else data.set(label, i * count)
  }
  const weights = hostArray('float32', 1).fill(weight)
  return { targets: { dtype: 'float32', shape: [labels.length, count], data }, weight: { dtype: 'float32', shape: [], data: weights } }
}
