import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadTokenizer } from '../../src/data/tokenizer.ts'
import { UserError } from '../../src/protocol/errors.ts'
import { shared } from '../shared.ts'
import { folderWith } from './files.ts'

const golden = readJson(join(import.meta.dirname, '../golden/tokenizer/cases.json'))
const base = golden['tokenizer.json']
const limits = { maxPositions: 512, vocabSize: Object.keys(base.model.vocab).length }

function readJson(path: string) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** A model folder with the small tokenizer, parts of it replaced. */
function tokenizerFolder(replace: Record<string, unknown> = {}, others: Record<string, unknown> = {}): string {
  const files = { 'tokenizer.json': { ...base, ...replace }, ...others }
  return folderWith(Object.fromEntries(Object.entries(files).map(([name, content]) => [name, JSON.stringify(content)])))
}

async function encodeAll(folder: string, texts: readonly string[], maxLength: number | null = null): Promise<number[][]> {
  const tokenizer = await loadTokenizer(folder, { ...limits, maxLength })
  return texts.map((text) => [...tokenizer.encode(text).ids])
}

describe('as AutoTokenizer', () => {
  test.for<{ name: string, replace: object, others: object, max_length: number | null, limit: number, pad_token_id: number, ids: number[][] }>(golden.cases)('$name', async ({ replace, others, max_length, limit, pad_token_id, ids }) => {
    const tokenizer = await loadTokenizer(tokenizerFolder({ ...replace }, { ...others }), { ...limits, maxLength: max_length })
    expect(tokenizer.maxLength).toBe(limit)
    expect(tokenizer.padTokenId).toBe(pad_token_id)
    expect(golden.texts.map((text: string) => [...tokenizer.encode(text).ids])).toEqual(ids)
  })

  test('tokenizer.json as it is to be saved gives the generic class the same ids', async () => {
    const source = tokenizerFolder({}, { 'config.json': { model_type: 'bert' }, 'tokenizer_config.json': { do_lower_case: false } })
    const { json } = await loadTokenizer(source, limits)
    const saved = tokenizerFolder(json, { 'tokenizer_config.json': { tokenizer_class: 'PreTrainedTokenizerFast' } })
    expect(await encodeAll(saved, golden.texts)).toEqual(await encodeAll(source, golden.texts))
    expect(await encodeAll(saved, golden.texts)).not.toEqual(await encodeAll(tokenizerFolder(), golden.texts))
  })
})

describe.skipIf(!shared)('references of tokenizers', () => {
  const folders = ['bert-base-uncased', 'roberta-base', 'modernbert-base', 'sp-unigram'].map((name) => `tokenizers/${name}`)
    .concat(['albert', 'bert', 'deberta-v2', 'distilbert', 'electra', 'modernbert', 'mpnet', 'roberta', 'xlm-roberta'].map((name) => `golden/${name}`))

  test.for(folders)('%s', async (name) => {
    const folder = join(shared!, name)
    const { encodings, truncated, vocab_size } = readJson(join(folder, 'encodings.json')) as References
    const all = { maxPositions: 100_000, vocabSize: vocab_size, maxLength: 100_000 }
    const tokenizer = await loadTokenizer(folder, all)
    for (const { text, ids } of encodings) expect([...tokenizer.encode(text).ids], text).toEqual(ids)
    for (const maxLength of new Set(truncated.map(({ max_length }) => max_length))) {
      const tokenizer = await loadTokenizer(folder, { ...all, maxLength })
      for (const { text, max_length, ids } of truncated) if (max_length === maxLength) expect([...tokenizer.encode(text).ids], text).toEqual(ids)
    }
  })

  const rare = readJson(join(import.meta.dirname, '../golden/tokenizer/rare.json')) as { texts: string[], ids: Record<string, number[][]> }

  test.each(Object.entries(rare.ids))('rare characters: %s', async (name, expected) => {
    const tokenizer = await loadTokenizer(join(shared!, 'tokenizers', name), { maxPositions: 100_000, vocabSize: 1e6, maxLength: 100_000 })
    for (const [i, text] of rare.texts.entries()) expect([...tokenizer.encode(text).ids], JSON.stringify(text)).toEqual(expected[i])
  })

  test('a long text normalized in slices: no grapheme is cut', async () => {
    const tokenizer = await loadTokenizer(join(shared!, 'tokenizers/sp-unigram'), { maxPositions: 1e6, vocabSize: 1e6, maxLength: 1e6 })
    const ids = (text: string) => [...tokenizer.encode(text).ids].slice(1, -1)
    for (const part of ['e\u0301\u0323 ', '👩‍👩‍👧 ', '🇩🇪 ', '👍🏽 ', 'x👍🏽 ', '\uff76\uff9e ', 'e' + '\u0301'.repeat(3000) + ' ']) {
      expect(ids('x '.repeat(3) + part.repeat(701))).toEqual([...ids('x '.repeat(3)), ...Array(701).fill(ids(part)).flat()])
    }
    expect(ids('\n'.repeat(300_000))).toEqual([])
  })

  test('merges written as strings', async () => {
    const folder = folderWith({ 'tokenizer.json': readFileSync(join(shared!, 'tokenizers/roberta-base/tokenizer_oldmerges.json')) })
    const { encodings } = readJson(join(shared!, 'tokenizers/roberta-base/encodings.json')) as References
    const tokenizer = await loadTokenizer(folder, { maxPositions: 100_000, vocabSize: 50265 })
    for (const { text, ids } of encodings) expect([...tokenizer.encode(text).ids], text).toEqual(ids)
  })
})

interface References {
  vocab_size: number
  encodings: { text: string, ids: number[] }[]
  truncated: { text: string, max_length: number, ids: number[] }[]
}

describe('texts of any kind', () => {
  test('whether a text was truncated', async () => {
    const tokenizer = await loadTokenizer(tokenizerFolder(), { ...limits, maxLength: 5 })
    expect(tokenizer.encode('new new new')).toEqual({ ids: Int32Array.of(2, ...Array(3).fill(base.model.vocab.new), 3), truncated: false })
    expect(tokenizer.encode('new new new new').truncated).toBe(true)
  })

  test('a very long text is cut where that changes nothing', async () => {
    const words = golden.texts.join(' \n').replaceAll('[CLS', '')
    const long = Array(400).fill(words).join('\n')
    const folder = tokenizerFolder()
    const tokenizer = await loadTokenizer(folder, { maxPositions: 1e6, vocabSize: limits.vocabSize, maxLength: 40_000 })
    const { ids, truncated } = tokenizer.encode(long)
    const once = [...tokenizer.encode(words).ids].slice(1, -1)
    expect(truncated).toBe(true)
    expect([...ids]).toEqual([2, ...Array(Math.ceil(40_000 / once.length)).fill(once).flat().slice(0, 40_000 - 2), 3])
  })

  test('a megabyte that is one word, marks or half characters', async () => {
    const texts = ['a'.repeat(1e6), 'a' + '\u0301\u0316'.repeat(5e5), '\ud800'.repeat(1e6), '\0'.repeat(1e6), '漢'.repeat(1e5)]
    expect((await encodeAll(tokenizerFolder(), texts)).map((ids) => ids.length)).toEqual([3, 3, 2, 2, 512])
  })

  test('a text of more tokens than a call takes arguments, by a Unigram model', async () => {
    const replace = {
      normalizer: null,
      pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'never', split: true },
      model: { type: 'Unigram', unk_id: 1, vocab: [['[PAD]', 0], ['[UNK]', 0], ['[CLS]', 0], ['[SEP]', 0], ['[MASK]', 0], ['a', -1], ['b', -1]] },
    }
    expect(await encodeAll(tokenizerFolder(replace), ['ab'.repeat(150_000)], 6)).toEqual([[2, 5, 6, 5, 6, 3]])
  })
})

describe('mistakes', () => {
  const cases: Record<string, { folder: () => string, with?: object, code: string, says: string }> = {
    'no tokenizer': { folder: () => folderWith({ 'config.json': '{}' }), code: 'tokenizer.missing', says: 'no tokenizer.json in' },
    'vocab.txt alone': { folder: () => folderWith({ 'vocab.txt': '[PAD]' }), code: 'tokenizer.older-format', says: 'only the older vocab.txt' },
    'a Git LFS pointer': { folder: () => folderWith({ 'tokenizer.json': 'version https://git-lfs.github.com/spec/v1\noid x' }), code: 'tokenizer.file-lfs', says: 'git lfs pull' },
    'no JSON': { folder: () => folderWith({ 'tokenizer.json': '{"model": ' }), code: 'tokenizer.malformed', says: 'tokenizer.json cannot be read' },
    'another JSON': { folder: () => folderWith({ 'tokenizer.json': '[]' }), code: 'tokenizer.malformed', says: 'no JSON object' },
    'no vocabulary': { folder: () => tokenizerFolder({ model: { type: 'WordPiece' } }), code: 'tokenizer.malformed', says: 'no vocabulary' },
    'tokenizer_config.json is no JSON': { folder: () => folderWith({ 'tokenizer.json': JSON.stringify(base), 'tokenizer_config.json': 'x' }), code: 'tokenizer.malformed', says: 'tokenizer_config.json' },
    'a part that the library does not know': { folder: () => tokenizerFolder({ normalizer: { type: 'Nmt' } }), code: 'tokenizer.unsupported', says: 'Nmt' },
    'a model that the library does not know': { folder: () => tokenizerFolder({ model: { type: 'WordLevel', unk_token: '[UNK]', vocab: base.model.vocab } }), code: 'tokenizer.unsupported', says: 'WordLevel' },
    'no padding token': { folder: () => tokenizerFolder({ added_tokens: [], padding: null, model: { ...base.model, vocab: { ...base.model.vocab, '[PAD]': undefined } } }), code: 'tokenizer.no-padding-token', says: 'pad_token' },
    'a special token without an id': { folder: () => tokenizerFolder({ added_tokens: [], model: { ...base.model, vocab: { '[PAD]': 0 } } }), code: 'tokenizer.no-id', says: '[CLS]' },
    'no room for a text': { folder: () => tokenizerFolder(), with: { maxLength: 2 }, code: 'tokenizer.no-room', says: '3 is the least' },
    'more tokens than the model has places': { folder: () => tokenizerFolder(), with: { maxLength: 513 }, code: 'tokenizer.max-length', says: '513' },
  }

  test.for(Object.entries(cases))('%s', async ([, { folder, with: changes, code, says }]) => {
    const error = await loadTokenizer(folder(), { ...limits, ...changes }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(UserError)
    expect(error).toMatchObject({ code, message: expect.stringContaining(says) })
  })

  test('a token beyond the model\'s vocabulary', async () => {
    const tokenizer = await loadTokenizer(tokenizerFolder(), { ...limits, vocabSize: base.model.vocab.new })
    expect(() => tokenizer.encode('a new one')).toThrow(expect.objectContaining({ code: 'tokenizer.no-id', args: expect.objectContaining({ token: 'new' }) }))
  })
})
