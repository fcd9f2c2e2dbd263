import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadTokenizer } from '../../src/data/tokenizer.ts'
import { shared } from '../shared.ts'
import { ask } from './witness.ts'

interface Answer { texts: string[]; tokenizers: { name: string; ids: number[][]; short: number[][] }[] }

describe.skipIf(!shared)('texts of all scripts, added tokens and odd spaces', () => {
  const folder = mkdtempSync(join(tmpdir(), 'finetune-tokenizers-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const { texts, tokenizers } = shared ? ask('tokens.py', { source: join(shared, 'tokenizers'), folder }) as Answer : { texts: [], tokenizers: [] }

  test.each(tokenizers)('$name: the ids of AutoTokenizer, whole and cut', async ({ name, ids, short }) => {
    const load = (maxLength: number) => loadTokenizer(join(folder, name), { maxPositions: 1e6, vocabSize: 1e6, maxLength })
    const [whole, cut] = [await load(1e6), await load(9)]
    for (const [i, text] of texts.entries()) {
      expect([...whole.encode(text).ids], JSON.stringify(text)).toEqual(ids[i])
      expect([...cut.encode(text).ids], JSON.stringify(text)).toEqual(short[i])
    }
  })
})
