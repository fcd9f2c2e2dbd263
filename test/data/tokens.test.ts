import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadTokenizer } from '../../src/data/tokenizer.ts'
import type { Tokenizer } from '../../src/data/tokenizer.ts'
import { TokenStream } from '../../src/data/tokens.ts'
import { folderWith } from './files.ts'

const { 'tokenizer.json': json } = JSON.parse(readFileSync(join(import.meta.dirname, '../golden/tokenizer/cases.json'), 'utf8'))
const vocabSize = Object.keys(json.model.vocab).length

async function smallTokenizer(maxLength = 512): Promise<Tokenizer> {
  return loadTokenizer(folderWith({ 'tokenizer.json': JSON.stringify(json) }), { maxPositions: 512, vocabSize, maxLength })
}

function streamOf(tokenizer: Tokenizer, texts: string[], order = Int32Array.from(texts.keys())): TokenStream {
  const stream = new TokenStream({ tokenizer, texts, order })
  onTestFinished(() => stream.close())
  return stream
}

/** Text i is of i % 7 words, so that no two neighbours are alike. */
function textsOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `new ${i} ${'the '.repeat(i % 7)}`)
}

const strange = ['', ' ', '\0', '\ud800', '\udc00\ud83d', '\u001b[31mred', 'a'.repeat(1e6), 'new '.repeat(3e5), 'e\u0301', '[SEP]']

test('rows are what the tokenizer makes of them, in the order asked for, again in later epochs', async () => {
  const tokenizer = await smallTokenizer()
  const texts = [...textsOf(300), ...strange]
  const stream = streamOf(tokenizer, texts)
  for (const seed of [1, 7]) {
    const order = Int32Array.from(texts.keys(), (row) => row * seed % texts.length)
    for (let from = 0; from < order.length; from += 16) {
      const rows = order.subarray(from, from + 16)
      expect(await stream.rows(rows)).toEqual(Array.from(rows, (row) => tokenizer.encode(texts[row]).ids))
    }
  }
})

test('statistics of all rows', async () => {
  const tokenizer = await smallTokenizer(5)
  const texts = ['', 'new', 'new new new', 'new new new new', 'new '.repeat(1000)]
  const stream = streamOf(tokenizer, texts)
  expect(stream.stats()).toEqual({ rows: 0, truncated: 0, meanTokens: 0, longest: 0 })
  await stream.rows(Int32Array.from(texts.keys()))
  expect(stream.stats()).toEqual({ rows: 5, truncated: 2, meanTokens: (2 + 3 + 5 + 5 + 5) / 5, longest: 5 })
})

test('goes on ahead of what was asked for', async () => {
  const stream = streamOf(await smallTokenizer(), textsOf(2000))
  await expect.poll(() => stream.stats().rows, { timeout: 20_000 }).toBe(2000)
})

test('rows asked for out of order do not wait for those ahead of them', async () => {
  const texts = textsOf(10_000)
  const stream = streamOf(await smallTokenizer(), texts)
  await stream.rows([9_000, 3, 9_001])
  expect(stream.stats().rows).toBeLessThan(500)
})

test('all rows at once, and the same row twice', async () => {
  const tokenizer = await smallTokenizer()
  const texts = textsOf(5000)
  const stream = streamOf(tokenizer, texts)
  const [all, twice] = await Promise.all([stream.rows(Int32Array.from(texts.keys())), stream.rows([4999, 4999])])
  expect(all).toEqual(texts.map((text) => tokenizer.encode(text).ids))
  expect(twice).toEqual([all[4999], all[4999]])
})

test('nothing is left to close when all is tokenised', async () => {
  const stream = streamOf(await smallTokenizer(), textsOf(10))
  await stream.rows([0])
  await stream.close()
  expect((await stream.rows([9])).length).toBe(1)
})

test('who waits when the stream is closed gets an error, and so does who asks later', async () => {
  const stream = streamOf(await smallTokenizer(), textsOf(10_000))
  const waiting = stream.rows([9_999])
  const closing = stream.close()
  await expect(waiting).rejects.toThrow('the token stream was closed')
  await closing
  await expect(stream.rows([0])).rejects.toThrow('the token stream was closed')
})

test('a person\'s mistake in the worker arrives as it is', async () => {
  const tokenizer = await loadTokenizer(folderWith({ 'tokenizer.json': JSON.stringify(json) }), { maxPositions: 512, vocabSize: json.model.vocab.new })
  const stream = streamOf(tokenizer, ['a', 'b', 'new'])
  await expect(stream.rows([2])).rejects.toMatchObject({ name: 'UserError', code: 'tokenizer.no-id', args: { token: 'new' } })
})

test('a bug in the worker arrives with its stack', async () => {
  const stream = streamOf(await smallTokenizer(), ['a', { length: 1 } as unknown as string])
  const error = await stream.rows([0]).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(TypeError)
  expect((error as Error).stack).toMatch(/\n +at .*encode/)
})
