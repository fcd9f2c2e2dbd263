import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { estimateLengths } from '../../src/data/tokenLengths.ts'
import { loadTokenizer } from '../../src/data/tokenizer.ts'
import { folderWith } from './files.ts'

const { 'tokenizer.json': json } = JSON.parse(readFileSync(join(import.meta.dirname, '../golden/tokenizer/cases.json'), 'utf8'))

test('lengths and share truncated, of all texts or of 2,000 spread over them', async () => {
  const tokenizer = await loadTokenizer(folderWith({ 'tokenizer.json': JSON.stringify(json) }), { maxPositions: 6, vocabSize: 1000 })
  expect(estimateLengths(tokenizer, ['', 'new', 'new new new new', 'new new new new new'])).toEqual({ sample: Int32Array.of(2, 3, 6, 6), truncatedShare: 0.25 })
  // The longer half comes last: a sample of the first 2,000 would see none of it.
  const texts = [...Array(5000).fill('new'), ...Array(5000).fill('new new new new new')]
  const { sample, truncatedShare } = estimateLengths(tokenizer, texts)
  expect([sample.length, sample.reduce((sum, length) => sum + length, 0), truncatedShare]).toEqual([2000, 1000 * (3 + 6), 0.5])
})
