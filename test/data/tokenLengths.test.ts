import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { estimateLengths } from '../../src/data/tokenLengths.ts'
import { loadTokenizer } from '../../src/data/tokenizer.ts'
import { folderWith } from './files.ts'

const { 'tokenizer.json': json } = JSON.parse(readFileSync(join(import.meta.dirname, '../golden/tokenizer/cases.json'), 'utf8'))

test('mean length and share truncated, of all texts or of 2,000 spread over them', async () => {
  const tokenizer = await loadTokenizer(folderWith({ 'tokenizer.json': JSON.stringify(json) }), { maxPositions: 6, vocabSize: 1000 })
  expect(estimateLengths(tokenizer, ['', 'new', 'new new new new', 'new new new new new'])).toEqual({ meanTokens: (2 + 3 + 6 + 6) / 4, truncatedShare: 0.25 })
  // The longer half comes last: a sample of the first 2,000 would see none of it.
  const texts = [...Array(5000).fill('new'), ...Array(5000).fill('new new new new new')]
  expect(estimateLengths(tokenizer, texts)).toEqual({ meanTokens: 4.5, truncatedShare: 0.5 })
})
