import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readJsonObject } from '../../src/pretrained/json.ts'
import { labelNames } from '../../src/pretrained/labels.ts'
import { modelFiles, writeModelFolder } from '../../src/pretrained/modelFolder.ts'
import type { FinishedModel } from '../../src/pretrained/modelFolder.ts'
import { openPretrained, readConfig } from '../../src/pretrained/pretrained.ts'
import { openSafetensors, readTensor } from '../../src/pretrained/safetensors.ts'
import { shared } from '../shared.ts'
import { modelFolder, temporaryFolder } from './checkpoint.ts'

type Json = Record<string, unknown>

const tokenizer = JSON.stringify({
  version: '1.0',
  truncation: { max_length: 128 },
  padding: { strategy: { Fixed: 128 } },
  added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].map((content, id) => ({ id, content, special: true })),
  model: { type: 'WordPiece', vocab: { '[PAD]': 0, 'é': 5 } },
})

const finished: FinishedModel = {
  className: 'DistilBertForSequenceClassification', labels: ['World', 'Sports', 'Business', 'Sci/Tech'], usesTokenTypes: false, maxLength: 64, tokenizer: JSON.parse(tokenizer) as Json,
}

/** The files made from a base folder, by name, JSON read. */
async function made(config: Json, files: Record<string, string>, change: Partial<FinishedModel> = {}): Promise<Record<string, Json>> {
  const folder = modelFolder({ model_type: 'distilbert', ...config }, { 'tokenizer.json': tokenizer, ...files })
  const list = await modelFiles({ folder, config: await readConfig(folder) }, { ...finished, ...change })
  return Object.fromEntries(list.map(({ name, content }) => [name, name.endsWith('.json') ? JSON.parse(String(content)) as Json : { content: String(content) }]))
}

test('config.json is the base model\'s with our class, labels and dtype, and without what no longer holds', async () => {
  const files = await made({
    dim: 32, dropout: 0.1, layer_norm_eps: 1e-12, transformers_version: '4.10.0', architectures: ['DistilBertForMaskedLM'], torch_dtype: 'float16',
    num_labels: 2, id2label: { 0: 'a', 1: 'b' }, label2id: { a: 0, b: 1 }, problem_type: 'regression', _name_or_path: '/home/x', auto_map: { AutoModel: 'm.M' },
  }, {})
  expect(files['config.json']).toEqual({
    model_type: 'distilbert', dim: 32, dropout: 0.1, layer_norm_eps: 1e-12, transformers_version: '4.10.0', dtype: 'float32',
    architectures: ['DistilBertForSequenceClassification'], problem_type: 'single_label_classification',
    id2label: { 0: 'World', 1: 'Sports', 2: 'Business', 3: 'Sci/Tech' }, label2id: { Business: 2, 'Sci/Tech': 3, Sports: 1, World: 0 },
  })
})

test('a float of config.json stays one for readers that tell 2.0 from 2', async () => {
  const source = '{"model_type": "modernbert", "cutoff": 2.0, "eps":1e-5, "count": 3, "share": 0.10, "rope": {"theta": 160000.0, "layers": [1.0, 2]}, "id2label": {"0": "\\"count\\": 1.0"}}'
  const folder = modelFolder({ model_type: 'modernbert' }, { 'tokenizer.json': tokenizer, 'config.json': source })
  const [{ content }] = await modelFiles({ folder, config: await readConfig(folder) }, { ...finished, labels: ['"eps": 5', '"cutoff": 7,'] })
  expect(String(content)).toMatch(/"cutoff": 2\.0,\n {2}"dtype"/)
  expect(String(content)).toMatch(/"theta": 160000\.0\n/)
  expect(String(content)).toMatch(/"count": 3,/)
  expect(JSON.parse(String(content))).toMatchObject({ cutoff: 2, count: 3, eps: 1e-5, share: 0.1, id2label: { 0: '"eps": 5', 1: '"cutoff": 7,' } })
})

test.each([['TokenizersBackend', 'PreTrainedTokenizerFast'], ['DebertaV2TokenizerFast', 'PreTrainedTokenizerFast'], ['XLMRobertaTokenizer', 'PreTrainedTokenizerFast'], ['RobertaTokenizer', 'RobertaTokenizer'], ['BertTokenizerFast', 'BertTokenizerFast']])(
  'the tokenizer\'s class %s becomes %s: every reader then goes by tokenizer.json', async (named, expected) => {
    expect((await made({}, { 'tokenizer_config.json': JSON.stringify({ tokenizer_class: named }) }))['tokenizer_config.json']).toMatchObject({ tokenizer_class: expected })
  })

test('tokenizer.json is the base model\'s, truncating where training did and not padding', async () => {
  const files = await made({}, {})
  expect(files['tokenizer.json']).toEqual({
    ...JSON.parse(tokenizer) as Json, truncation: { direction: 'Right', max_length: 64, strategy: 'LongestFirst', stride: 0 }, padding: null,
  })
})

test('a silent tokenizer_config.json, or none, is completed so that any reader can pad', async () => {
  const complete = {
    tokenizer_class: 'PreTrainedTokenizerFast', model_input_names: ['input_ids', 'attention_mask'], model_max_length: 64,
    pad_token: '[PAD]', unk_token: '[UNK]', cls_token: '[CLS]', sep_token: '[SEP]', mask_token: '[MASK]',
  }
  expect((await made({}, {}))['tokenizer_config.json']).toEqual(complete)
  expect((await made({}, { 'tokenizer_config.json': '{"do_lower_case": true, "model_max_length": 1e30}' }))['tokenizer_config.json'])
    .toEqual({ ...complete, do_lower_case: true })
})

test('tokenizer_config.json names a class that transformers 4 and 5 know, and what the model takes', async () => {
  const of = async (config: object, change: Partial<FinishedModel> = {}): Promise<Json> =>
    (await made({}, { 'tokenizer_config.json': JSON.stringify(config) }, change))['tokenizer_config.json']
  expect(await of({ tokenizer_class: 'BertTokenizer', model_max_length: 512 })).toMatchObject({ tokenizer_class: 'BertTokenizer', model_max_length: 512 })
  const generic = await of({ tokenizer_class: 'TokenizersBackend', backend: 'tokenizers', is_local: true, local_files_only: true, name_or_path: '/home/x', pad_token: '<p>' })
  expect(generic).toMatchObject({ tokenizer_class: 'PreTrainedTokenizerFast', pad_token: '<p>' })
  for (const name of ['backend', 'is_local', 'local_files_only', 'name_or_path']) expect(generic).not.toHaveProperty(name)
  expect(await of({}, { usesTokenTypes: true })).toMatchObject({ model_input_names: ['input_ids', 'token_type_ids', 'attention_mask'] })
  const extra = await of({ extra_special_tokens: ['<x>'] })
  expect(extra).toMatchObject({ additional_special_tokens: ['<x>'] })
  expect(extra).not.toHaveProperty('extra_special_tokens')
})

test('vocabulary files are copied as they are; other files of the folder are not', async () => {
  const files = await made({}, { 'vocab.txt': '[PAD]\r\né\n', 'special_tokens_map.json': '{}', 'training_args.bin': 'x', 'modeling.py': 'x', 'README.md': 'x' })
  expect(files['vocab.txt']).toEqual({ content: '[PAD]\r\né\n' })
  expect(Object.keys(files).sort()).toEqual(['config.json', 'special_tokens_map.json', 'tokenizer.json', 'tokenizer_config.json', 'vocab.txt'])
})

test('the folder that is written opens again with the same tensors and labels', async () => {
  const base = modelFolder({ model_type: 'distilbert' }, { 'tokenizer.json': tokenizer })
  const files = await modelFiles({ folder: base, config: await readConfig(base) }, { ...finished, labels: ['10', '2', 'naïve'], tokenizer: await readJsonObject(join(base, 'tokenizer.json')) })
  const folder = temporaryFolder()
  await writeModelFolder(folder, files, [
    { name: 'distilbert.b', shape: [2], data: () => Float32Array.of(3, 4) },
    { name: 'distilbert.a', shape: [1, 2], data: () => Promise.resolve(Float32Array.of(1, 2)) },
  ])
  expect(readdirSync(folder).sort()).toEqual(['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'])
  const opened = await openPretrained(folder)
  expect(labelNames(opened)).toEqual(['10', '2', 'naïve'])
  expect((await openSafetensors(join(folder, 'model.safetensors'))).metadata).toEqual({ format: 'pt' })
  expect([...await readTensor(opened.weights.files[0], 'distilbert.a')]).toEqual([1, 2])
  expect([...await readTensor(opened.weights.files[0], 'distilbert.b')]).toEqual([3, 4])
})

test('the files stand ready before training: the base folder may change or go', async () => {
  const base = modelFolder({ model_type: 'distilbert' }, { 'tokenizer.json': tokenizer, 'vocab.txt': 'before' })
  const files = await modelFiles({ folder: base, config: await readConfig(base) }, { ...finished, tokenizer: await readJsonObject(join(base, 'tokenizer.json')) })
  writeFileSync(join(base, 'vocab.txt'), 'after')
  const folder = join(temporaryFolder(), 'run')
  mkdirSync(folder)
  await writeModelFolder(folder, files, [])
  expect(readFileSync(join(folder, 'vocab.txt'), 'utf8')).toBe('before')
})

test.skipIf(!shared)('the files equal what Trainer pushed for the same network', async () => {
  const pushed = join(shared!, 'example_push/distilbert-base-uncased-finetuned-ag-news')
  const base = join(shared!, 'golden/distilbert')
  const files = Object.fromEntries((await modelFiles({ folder: base, config: await readConfig(base) }, { ...finished, tokenizer: await readJsonObject(join(base, 'tokenizer.json')) })).map(({ name, content }) => [name, String(content)]))
  const theirs = (name: string): Json => JSON.parse(readFileSync(join(pushed, name), 'utf8')) as Json
  const { use_cache: _cache, ...config } = theirs('config.json') // Trainer turns it off; an encoder has no cache
  expect(JSON.parse(files['config.json'])).toEqual(config)
  expect(JSON.parse(files['tokenizer.json'])).toEqual(theirs('tokenizer.json'))
  const { backend: _backend, is_local: _local, local_files_only: _offline, ...tokenizerConfig } = theirs('tokenizer_config.json')
  expect(JSON.parse(files['tokenizer_config.json'])).toEqual({ ...tokenizerConfig, tokenizer_class: 'PreTrainedTokenizerFast' })
})

test('keys are sorted as save_pretrained sorts them, by code point', async () => {
  const folder = modelFolder({ model_type: 'distilbert', zeta: { b: 1, a: [{ d: 1, c: 2 }] }, Alpha: 1 }, { 'tokenizer.json': tokenizer })
  const [{ content }] = await modelFiles({ folder, config: await readConfig(folder) }, { ...finished, labels: ['b', 'Z', '\u{1f600}', '\uffee'] })
  expect(content).toBe(`{
  "Alpha": 1,
  "architectures": [
    "DistilBertForSequenceClassification"
  ],
  "dtype": "float32",
  "id2label": {
    "0": "b",
    "1": "Z",
    "2": "\u{1f600}",
    "3": "\uffee"
  },
  "label2id": {
    "Z": 1,
    "b": 0,
    "\uffee": 3,
    "\u{1f600}": 2
  },
  "model_type": "distilbert",
  "problem_type": "single_label_classification",
  "zeta": {
    "a": [
      {
        "c": 2,
        "d": 1
      }
    ],
    "b": 1
  }
}
`)
})
