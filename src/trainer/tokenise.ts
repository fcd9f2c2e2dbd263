import type { Dataset } from '../data/dataset.ts'
import { estimateLengths, type LengthEstimate } from '../data/tokenLengths.ts'
import { loadTokenizer, type TokenizerLimits } from '../data/tokenizer.ts'
import type { TokenStats } from '../data/tokenStore.ts'
import { TokenStream } from '../data/tokens.ts'
import type { Settings } from '../protocol/settings.ts'

export interface Tokens {
  /** Token ids of training rows. */
  train(rows: Int32Array): Promise<Int32Array[]>
  /** Token ids of evaluation rows, in their order. */
  evaluation(from: number, count: number): Promise<Int32Array[]>
  lengths: LengthEstimate
  maxLength: number
  padTokenId: number
  /** tokenizer.json as it is used. */
  tokenizer: Readonly<Record<string, unknown>>
  /** Of the rows tokenised so far. */
  stats(): TokenStats
  close(): Promise<void>
}

/** Tokenises ahead of training, in the order in which rows are needed: training rows in `order`, then the evaluation's. */
export async function tokenise(settings: Settings, { train, evaluation }: Dataset, order: Int32Array, limits: Omit<TokenizerLimits, 'maxLength'>): Promise<Tokens> {
  const tokenizer = await loadTokenizer(settings.model_name_or_path, { ...limits, maxLength: settings.max_length })
  const lengths = estimateLengths(tokenizer, train.texts)
  const evaluated = Int32Array.from(evaluation.texts, (_, row) => train.texts.length + row)
  const stream = new TokenStream({ tokenizer, texts: [...train.texts, ...evaluation.texts], order: Int32Array.from([...order, ...evaluated]) })
  return {
    train: (rows) => stream.rows(rows),
    evaluation: (from, count) => stream.rows(evaluated.subarray(from, from + count)),
    lengths,
    maxLength: tokenizer.maxLength,
    padTokenId: tokenizer.padTokenId,
    tokenizer: tokenizer.json,
    stats: () => stream.stats(),
    close: () => stream.close(),
  }
}
