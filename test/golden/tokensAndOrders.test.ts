import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { shared } from '../shared.ts'
import { alteredCopy } from './alteredCopy.ts'
import { run } from './run.ts'

/** encodings.json for the copy of a folder that has a tokenizer. */
async function withEncodings(change: number): Promise<string> {
  const folder = await alteredCopy('distilbert', {})
  const { model } = JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8')) as { model: { vocab: Record<string, number> } }
  const { vocab } = model
  const ids = [vocab['[CLS]'], vocab.the + change, vocab['[SEP]']]
  const encodings = { vocab_size: 600, encodings: [{ text: 'The', ids }], truncated: [{ text: 'the the', max_length: 3, ids }] }
  writeFileSync(join(folder, 'encodings.json'), JSON.stringify(encodings))
  return folder
}

test('the tokens of texts, where a folder tells them', async () => {
  expect(await run(await withEncodings(0))).toMatchObject({ code: 0, lines: expect.arrayContaining([expect.stringMatching(/texts of other tokens +0 +0 +ok +of 2$/)]) })
  expect(await run(await withEncodings(1))).toMatchObject({ code: 1, out: ['texts of other tokens'] })
})

test.skipIf(!shared)('the order of rows', async () => {
  const file = join(shared!, 'golden/trainer_orders.json')
  expect(await run(file)).toMatchObject({ code: 0, out: [] })
  const folder = mkdtempSync(join(tmpdir(), 'finetune-golden-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const orders = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { seed: number }>
  orders.n8000_seed42.seed = 43
  writeFileSync(join(folder, 'orders.json'), JSON.stringify(orders))
  expect(await run(join(folder, 'orders.json'))).toMatchObject({ code: 1, out: ['rows elsewhere'] })
})
