/** The thread that tokenises for a TokenStream: rows in, token ids out, until it is terminated. */
import { parentPort, workerData } from 'node:worker_threads'
import { UserError } from '../protocol/errors.ts'
import type { ErrorArguments, ErrorCode } from '../protocol/errors.ts'
import { loadTokenizer, type Tokenizer, type TokenizerLimits } from './tokenizer.ts'
import type { TokenChunk } from './tokenStore.ts'

export interface TokenWorkerData {
  folder: string
  limits: TokenizerLimits
}

export interface TokenJob {
  rows: number[]
  texts: string[]
}

/** A UserError loses its class on the way to another thread. */
export type TokenAnswer = { chunk: TokenChunk } | { mistake: { code: ErrorCode, args: ErrorArguments<ErrorCode> } }

const port = parentPort!
const { folder, limits } = workerData as TokenWorkerData
const tokenizer = loadTokenizer(folder, limits)
tokenizer.catch(() => {}) // told with the first job

port.on('message', async (job: TokenJob) => {
  try {
    const chunk = encode(await tokenizer, job)
    port.postMessage({ chunk } satisfies TokenAnswer, [chunk.ids.buffer as ArrayBuffer])
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    port.postMessage({ mistake: { code: error.code, args: error.args } } satisfies TokenAnswer)
  }
})

function encode(tokenizer: Tokenizer, { rows, texts }: TokenJob): TokenChunk {
  const encodings = texts.map((text) => tokenizer.encode(text))
  const ends = new Int32Array(rows.length)
  let tokens = 0
  for (const [i, { ids }] of encodings.entries()) ends[i] = tokens += ids.length
  const ids = new Int32Array(tokens)
  for (const [i, encoding] of encodings.entries()) ids.set(encoding.ids, ends[i] - encoding.ids.length)
  return { rows, ids, ends, truncated: encodings.filter(({ truncated }) => truncated).length }
}
