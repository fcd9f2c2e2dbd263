/** encodings.json: what the tokenizer beside it makes of texts. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { loadTokenizer } from '../src/data/tokenizer.ts'
import { Largest, type Check } from './check.ts'
import { readJson } from './files.ts'

const ids = z.array(z.int().min(0))
const schema = z.object({
  vocab_size: z.int().positive(),
  encodings: z.array(z.object({ text: z.string(), ids })),
  truncated: z.array(z.object({ text: z.string(), max_length: z.int().positive(), ids })).default([]),
})

/** Longer than any text that is not truncated. */
const unlimited = 1_000_000

/** Counts the texts that get other tokens, where a folder has such a file. */
export async function compareEncodings(folder: string): Promise<Check[]> {
  const path = join(folder, 'encodings.json')
  if (!existsSync(path)) return []
  const { vocab_size: vocabSize, encodings, truncated } = readJson(path, schema)
  const texts = [...encodings.map((each) => ({ ...each, max_length: unlimited })), ...truncated]
  const lengths = [...new Set(texts.map(({ max_length }) => max_length))]
  const tokenizers = await Promise.all(lengths.map(async (maxLength) => [maxLength, await loadTokenizer(folder, { vocabSize, maxLength, maxPositions: unlimited })] as const))
  const ofLength = new Map(tokenizers)
  const differing = texts.filter(({ text, max_length, ids }) => ofLength.get(max_length)!.encode(text).ids.join() !== ids.join())
  return new Largest('texts of other tokens').add(differing.length, 0, `of ${texts.length}${differing.length > 0 ? `: ${JSON.stringify(differing[0].text)}` : ''}`).checks
}
