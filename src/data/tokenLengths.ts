import type { Tokenizer } from './tokenizer.ts'

const SAMPLE = 2000 // rows: about a tenth of a second

export interface LengthEstimate {
  /** Tokens of each text of the sample once it is truncated, special ones included. */
  sample: Int32Array
  /** Share of the texts that are truncated. */
  truncatedShare: number
}

/** What the texts' lengths are like, from at most 2,000 of them that are spread evenly over all. */
export function estimateLengths(tokenizer: Tokenizer, texts: readonly string[]): LengthEstimate {
  const count = Math.min(texts.length, SAMPLE)
  const encodings = Array.from({ length: count }, (_, i) => tokenizer.encode(texts[Math.floor(i * texts.length / count)]))
  return {
    sample: Int32Array.from(encodings, ({ ids }) => ids.length),
    truncatedShare: encodings.filter(({ truncated }) => truncated).length / count,
  }
}
