import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadTokenizer } from '../../src/data/tokenizer.ts'

const golden = join(import.meta.dirname, '..', 'golden', 'deberta_v3')
const limits = { maxPositions: 512, vocabSize: 401 }
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'finetune-spm-'))
  copyFileSync(join(golden, 'spm.model'), join(folder, 'spm.model'))
  writeFileSync(join(folder, 'config.json'), '{"model_type": "deberta-v2"}')
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('DeBERTa-v3 as it is published, with spm.model alone', () => {
  const cases = JSON.parse(readFileSync(join(golden, 'ids.json'), 'utf8')) as { text: string, ids: number[] }[]
  test.each(cases)('$text becomes the tokens of transformers', async ({ text, ids }) => {
    expect([...(await loadTokenizer(folder, limits)).encode(text).ids]).toEqual(ids)
  })

  test('has its mask after the vocabulary, pads as it was trained, and lowers case where it is told', async () => {
    const tokenizer = await loadTokenizer(folder, limits)
    expect(tokenizer.padTokenId).toBe(0)
    expect(tokenizer.json.added_tokens).toContainEqual(expect.objectContaining({ id: 400, content: '[MASK]', special: true }))
    writeFileSync(join(folder, 'tokenizer_config.json'), '{"do_lower_case": true}')
    const lower = await loadTokenizer(folder, limits)
    rmSync(join(folder, 'tokenizer_config.json'))
    expect(lower.encode('A GOAL').ids).toEqual(tokenizer.encode('a goal').ids)
    expect(lower.encode('A GOAL').ids).not.toEqual(tokenizer.encode('A GOAL').ids)
  })
})

test.each<[string, string, string]>([
  ['of another family', '{"model_type": "bert"}', 'tokenizer.older-format'],
  ['that is none', '{"model_type": "deberta-v2"}', 'tokenizer.malformed'],
])('an spm.model %s is refused', async (name, config, code) => {
  const other = mkdtempSync(join(tmpdir(), 'finetune-spm-'))
  writeFileSync(join(other, 'config.json'), config)
  writeFileSync(join(other, 'spm.model'), name === 'that is none' ? 'hello' : readFileSync(join(golden, 'spm.model')))
  await expect(loadTokenizer(other, limits)).rejects.toMatchObject({ code })
  rmSync(other, { recursive: true })
})
