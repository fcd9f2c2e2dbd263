import type { Tensor } from '../../graph/tensor.ts'

/** The kinds of number that a token row is looked up by; batch inputs of the same names as in transformers. */
export type LookupKind = 'input_ids' | 'position_ids' | 'token_type_ids'

/** A place in the model where training drops values: the mask of the same name is a batch input. */
export interface DropoutSite {
  /** Name of the mask input, shaped like what it is applied to. */
  input: string
  p: number
  /** What one mask value belongs to: a feature of a token, or a key seen by a query of a head. */
  kind: 'feature' | 'probability'
  /** Only the first token of each row is here. */
  onlyFirst: boolean
  /** Features of a token, or heads. */
  width: number
}

/** Rows of an embedding table that a batch reads; gradients are taken with respect to them. */
export interface Lookup {
  table: string
  kind: LookupKind
  shape: readonly number[]
  rows: Tensor
}

/**
 * How the tokens of a batch lie in memory. A model is written once, over rows of tokens [tokens, hidden]; the layout knows what
 * stands around it. `padded` keeps every row at full length and is the reference; `packed` holds real tokens only.
 */
export interface Layout {
  /** Embeds every token: table [entries, width] → [tokens, width] */
  lookup(kind: LookupKind, table: string, shape: readonly [number, number]): Tensor
  /**
   * Self-attention over q, k, v [tokens, heads · d] → [tokens, heads · d]; q may hold first tokens only, and so does the result.
   * `p` is the dropout of the probabilities.
   */
  attention(q: Tensor, k: Tensor, v: Tensor, options: { heads: number; p: number }): Tensor
  /** Before a last layer whose other rows nobody reads: the rows of first tokens, where the layout can do with them. */
  narrow(x: Tensor): Tensor
  /** The first token of each text: [tokens or first tokens, width] → [batch, width] */
  first(x: Tensor): Tensor
  /** Dropout with probability p while training, nothing otherwise. */
  dropout(x: Tensor, p: number): Tensor
}

/** A layout whose graph is trained or run by us, with what a batch must bring. */
export interface RunnableLayout extends Layout {
  readonly sites: readonly DropoutSite[]
  readonly lookups: readonly Lookup[]
}
