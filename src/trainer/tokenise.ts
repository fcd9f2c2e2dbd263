import type { Dataset } from '../data/dataset.ts'
import { loadTokenizer } from '../data/tokenizer.ts'
import type { Notice } from '../protocol/notices.ts'
import type { Settings } from '../protocol/settings.ts'
import type { LengthEstimate } from './preflight.ts'

export interface Tokens {
  /** Token ids of training rows. */
  train(rows: Int32Array): Promise<Int32Array[]>
  /** Token ids of evaluation rows, in their order. */
  evaluation(from: number, count: number): Promise<Int32Array[]>
  lengths: LengthEstimate
  maxLength: number
  padTokenId: number
  notices: Notice[]
  close(): Promise<void>
}

export async function tokenise(settings: Settings, dataset: Dataset, limits: { maxPositions: number; vocabSize: number }): Promise<Tokens> {
  const tokenizer = await loadTokenizer(settings.model_name_or_path, { ...limits, maxLength: settings.max_length })
  const cache = new Map<string, Int32Array>()
  const one = (text: string) => cache.get(text) ?? cache.set(text, tokenizer.encode(text).ids).get(text)!
  return {
    train: async (rows) => Array.from(rows, (row) => one(dataset.train.texts[row])),
    evaluation: async (from, count) => dataset.evaluation.texts.slice(from, from + count).map(one),
    lengths: { meanTokens: 50, truncatedShare: 0 },
    maxLength: tokenizer.maxLength,
    padTokenId: tokenizer.padTokenId,
    notices: [],
    close: async () => {},
  }
}
