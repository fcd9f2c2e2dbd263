import type { Tensor } from '../../graph/tensor.ts'

/** The kinds of number that a token row is looked up by; batch inputs of the same names as in transformers. */
export type LookupKind = 'input_ids' | 'position_ids' | 'token_type_ids'

/** A place in the model where training drops values: the mask of the same name is a batch input. */
export interface DropoutSite {
  /** Name of the mask input, shaped like what it is applied to: `dropout.` and the place's number, and behind it the group's where there are several. */
  input: string
  /** Of the mask: its values are 0 and 1/(1 − p), or, as bool, whether a value is kept. */
  dtype: 'float32' | 'bool'
  p: number
  /** What one mask value belongs to: a feature of a token, a key seen by a query of a head, or a value of a table. */
  kind: 'feature' | 'probability' | 'table'
  /** Only the first token of each row is here. */
  onlyFirst: boolean
  /** Features of a token or row, or heads. */
  width: number
  /** Of a table. */
  rows?: number
  /** Of probabilities of all tokens: which group of texts (Batch.groups), by default the first. */
  group?: number
}

/** Rows of an embedding table that a batch reads; gradients are taken with respect to them. */
export interface Lookup {
  table: string
  kind: LookupKind
  shape: readonly number[]
  rows: Tensor
}

/**
 * What a family does inside attention, where q is [batch, heads, queries, d], k [batch, heads, sequence, d]; queries: as many as the
 * sequence, or 1 for first tokens. It may be asked for several groups of texts, each with sizes of its own.
 */
export interface SelfAttention {
  heads: number
  /** Dropout of the probabilities. */
  p: number
  /** Applied to q and to k. */
  turn?: (x: Tensor) => Tensor
  /** Factor of q, by default 1/√d: there it ends up in the product that makes q. */
  scale?: number
  /** Added to the scores of q (scaled and turned) and k: broadcasts to [batch, heads, queries, sequence]. */
  bias?: (q: Tensor, k: Tensor) => Tensor
}

/**
 * How the tokens of a batch lie in memory. A model is written once, over rows of tokens [tokens, hidden]; the layout knows what
 * stands around it. `padded` keeps every row at full length and is the reference; `packed` holds real tokens only.
 */
export interface Layout {
  /** Embeds every token: table [entries, width] → [tokens, width]. The row `padding`, as torch's padding_idx, gets no gradient. */
  lookup(kind: LookupKind, table: string, shape: readonly [number, number], padding?: number | null): Tensor
  /** Self-attention over q, k, v [tokens, heads · d] → [tokens, heads · d]; q may hold first tokens only, and so does the result. */
  attention(q: Tensor, k: Tensor, v: Tensor, options: SelfAttention): Tensor
  /** Before a last layer whose other rows nobody reads: the rows of first tokens, where the layout can do with them. */
  narrow(x: Tensor): Tensor
  /** The first token of each text: [tokens or first tokens, width] → [batch, width] */
  first(x: Tensor): Tensor
  /** The mean over the tokens of each text: [tokens, width] → [batch, width] */
  mean(x: Tensor): Tensor
  /** Dropout with probability p while training, nothing otherwise. */
  dropout(x: Tensor, p: number): Tensor
  /** The same of what no token has a part in: x [rows, width] of numbers, the same for all texts of a step. */
  dropoutOfTable(x: Tensor, p: number): Tensor
}

/** A layout whose graph is trained or run by us, with what a batch must bring. */
export interface RunnableLayout extends Layout {
  readonly sites: readonly DropoutSite[]
  readonly lookups: readonly Lookup[]
}
