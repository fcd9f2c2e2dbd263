import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FreshParameters } from '../../src/pretrained/initialise.ts'
import { loadParameter, resolveParameters, resolveTrained } from '../../src/pretrained/parameters.ts'
import type { Resolution, Wanted } from '../../src/pretrained/parameters.ts'
import { openPretrained } from '../../src/pretrained/pretrained.ts'
import { shared } from '../shared.ts'
import { modelFolder, safetensorsOf, userError } from './checkpoint.ts'

const base = { 'bert.embeddings.LayerNorm.weight': [2], 'bert.embeddings.LayerNorm.bias': [2], 'bert.encoder.layer.0.query.weight': [2, 2] }
const pooler = { 'bert.pooler.dense.weight': [2, 2], 'bert.pooler.dense.bias': [2] }
const head = { 'classifier.weight': [2, 2], 'classifier.bias': [2] }
const wanted: Wanted = {
  parameters: Object.entries({ ...base, ...pooler, ...head }).map(([name, shape]) => ({ name, shape })),
  prefix: 'bert.',
  spare: ['bert.pooler.'],
  className: 'BertForSequenceClassification',
  labels: ['World', 'Sports'],
}
const ours = { architectures: ['BertForSequenceClassification'], id2label: { 0: 'World', 1: 'Sports' } }

async function resolve(shapes: Record<string, number[]>, config: object = {}, request: Wanted = wanted): Promise<Resolution> {
  return resolveParameters(request, await openPretrained(folderOf(shapes, config)))
}

function folderOf(shapes: Record<string, number[]>, config: object = {}): string {
  return modelFolder({ model_type: 'bert', ...config }, { 'model.safetensors': safetensorsOf(shapes) })
}

function bare(shapes: Record<string, number[]>): Record<string, number[]> {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name.replace(/^bert\./, ''), shape]))
}

const tensors = ({ sources }: Resolution): Record<string, string | undefined> => Object.fromEntries(sources.map(({ spec, tensor }) => [spec.name, tensor]))
const codes = ({ notices }: Resolution): string[] => notices.map(({ code }) => code)

describe('the base model', () => {
  test('is found under its full names', async () => {
    const found = tensors(await resolve({ ...base, ...pooler }))
    for (const name of Object.keys({ ...base, ...pooler })) expect(found[name]).toBe(name)
  })

  test('is found without the prefix, as a checkpoint of the base model alone has it', async () => {
    const found = tensors(await resolve(bare({ ...base, ...pooler })))
    for (const name of Object.keys({ ...base, ...pooler })) expect(found[name]).toBe(name.slice(5))
  })

  test('is found under the old names of LayerNorm, with and without prefix', async () => {
    const { 'bert.embeddings.LayerNorm.weight': weight, 'bert.embeddings.LayerNorm.bias': bias, ...others } = base
    const old = { ...others, ...pooler, 'bert.embeddings.LayerNorm.gamma': weight, 'bert.embeddings.LayerNorm.beta': bias }
    for (const shapes of [old, bare(old)]) {
      const resolution = await resolve(shapes)
      expect(tensors(resolution)['bert.embeddings.LayerNorm.weight']).toMatch(/embeddings\.LayerNorm\.gamma$/)
      expect(tensors(resolution)['bert.embeddings.LayerNorm.bias']).toMatch(/embeddings\.LayerNorm\.beta$/)
      expect(codes(resolution)).toEqual(['model.head-new'])
    }
  })

  test('must be there whole', async () => {
    const error = await userError(() => resolve({ 'bert.embeddings.LayerNorm.bias': [2], ...pooler, ...head }))
    expect(error).toMatchObject({ code: 'model.parameter-missing', args: { name: 'bert.embeddings.LayerNorm.weight', count: 2, total: 7 } })
  })

  test('must have the shapes of config.json: both are named', async () => {
    const error = await userError(() => resolve({ ...base, 'bert.encoder.layer.0.query.weight': [4, 1], ...pooler }))
    expect(error).toMatchObject({ code: 'model.parameter-shape', args: { tensor: 'bert.encoder.layer.0.query.weight', actual: '4, 1', expected: '2, 2' } })
    expect((await userError(() => resolve({ ...base, 'bert.embeddings.LayerNorm.bias': [1, 2] }))).code).toBe('model.parameter-shape')
  })

  test('must be in floating point', async () => {
    for (const dtype of ['I32', 'U32']) {
      const folder = modelFolder({ model_type: 'bert' }, { 'model.safetensors': safetensorsOf({ ...base, ...pooler }, dtype) })
      const error = await userError(async () => resolveParameters(wanted, await openPretrained(folder)))
      expect(error).toMatchObject({ code: 'model.tensor-type', args: { dtype } })
    }
    const folder = modelFolder({ model_type: 'bert' }, { 'model.safetensors': safetensorsOf({ ...base, ...pooler }, 'I64', 8) })
    expect((await userError(async () => resolveParameters(wanted, await openPretrained(folder)))).code).toBe('model.tensor-type')
  })

  test('may lack its pooler, which is then new and said to be', async () => {
    const resolution = await resolve(base)
    expect(tensors(resolution)['bert.pooler.dense.weight']).toBeUndefined()
    expect(resolution.notices[1]).toMatchObject({ code: 'model.parameters-new', args: { count: 2, names: 'bert.pooler.dense.weight, bert.pooler.dense.bias' } })
  })
})

describe('a head', () => {
  const whole = { ...base, ...pooler, ...head }

  test('is kept only for the same class and labels, and that is said', async () => {
    const resolution = await resolve(whole, ours)
    expect(resolution.headKept).toBe(true)
    expect(tensors(resolution)).toMatchObject({ 'classifier.weight': 'classifier.weight', 'classifier.bias': 'classifier.bias' })
    expect(codes(resolution)).toEqual(['model.head-kept'])
    expect(codes(await resolve(whole, { ...ours, problem_type: 'single_label_classification' }))).toEqual(['model.head-kept'])
  })

  const replaced: [what: string, config: object, shapes: Record<string, number[]>, code: string][] = [
    ['none', {}, { ...base, ...pooler }, 'model.head-new'],
    ['half a head', ours, { ...base, ...pooler, 'classifier.bias': [2] }, 'model.head-new'],
    ['token classification, with the same names and shapes', { ...ours, architectures: ['BertForTokenClassification'] }, whole, 'model.head-other-task'],
    ['an unnamed class', { id2label: ours.id2label }, whole, 'model.head-other-task'],
    ['several labels at once', { ...ours, problem_type: 'multi_label_classification' }, whole, 'model.head-other-task'],
    ['other labels', { ...ours, id2label: { 0: 'neg', 1: 'pos' } }, whole, 'model.head-other-labels'],
    ['the same labels in another order', { ...ours, id2label: { 0: 'Sports', 1: 'World' } }, whole, 'model.head-other-labels'],
    ['labels without names', { architectures: ours.architectures }, whole, 'model.head-other-labels'],
    ['another number of labels', { ...ours, id2label: { 0: 'World', 1: 'Sports', 2: 'Business' } }, { ...whole, 'classifier.weight': [3, 2], 'classifier.bias': [3] }, 'model.head-other-labels'],
  ]
  test.each(replaced)('of %s is replaced whole, and that is said', async (_, config, shapes, code) => {
    const resolution = await resolve(shapes, config)
    expect(resolution.headKept).toBe(false)
    expect(tensors(resolution)).toMatchObject({ 'classifier.weight': undefined, 'classifier.bias': undefined })
    expect(codes(resolution)).toEqual([code])
  })

  test('that does not fit its own config.json is refused', async () => {
    const error = await userError(() => resolve({ ...whole, 'classifier.weight': [4, 1] }, ours))
    expect(error).toMatchObject({ code: 'model.parameter-shape', args: { tensor: 'classifier.weight' } })
  })

  test('is named in words', async () => {
    const [notice] = (await resolve(whole, { ...ours, id2label: { 0: 'neg', 1: 'pos' } })).notices
    expect(notice.text).toBe('the checkpoint\'s head is for other labels (neg, pos): it is replaced by a new one for World, Sports')
  })
})

test('leftovers of other heads are not used, with a word; so are layers beyond config.json; buffers of integers are passed over', async () => {
  const others = { 'cls.predictions.bias': [3], 'cls.predictions.transform.dense.weight': [2, 2], 'qa_outputs.weight': [2, 2] }
  const { notices } = await resolve({ ...base, ...pooler, ...others, 'bert.encoder.layer.1.query.weight': [2, 2] })
  expect(notices.slice(1)).toMatchObject([
    { code: 'model.leftover-heads', args: { count: 3, names: Object.keys(others).join(', ') } },
    { code: 'model.leftover-base', args: { count: 1, names: 'bert.encoder.layer.1.query.weight' } },
  ])
  const unprefixed = await resolve(bare({ ...base, ...pooler, 'bert.encoder.layer.1.query.weight': [2, 2] }))
  expect(unprefixed.notices[1]).toMatchObject({ code: 'model.leftover-base', args: { names: 'encoder.layer.1.query.weight' } })

  const shards = modelFolder({ model_type: 'bert' }, {
    'model.safetensors.index.json': JSON.stringify({ weight_map: {
      ...Object.fromEntries(Object.keys({ ...base, ...pooler }).map((name) => [name, 'a.safetensors'])), 'bert.embeddings.position_ids': 'b.safetensors',
    } }),
    'a.safetensors': safetensorsOf({ ...base, ...pooler }),
    'b.safetensors': safetensorsOf({ 'bert.embeddings.position_ids': [1, 512] }, 'I64', 8),
  })
  expect(codes(resolveParameters(wanted, await openPretrained(shards)))).toEqual(['model.head-new'])
})

test('parameters are loaded from the checkpoint or from the seed, by kind', async () => {
  const pretrained = await openPretrained(folderOf(base))
  const { sources } = resolveParameters({ ...wanted, parameters: [...wanted.parameters, { name: 'norm.weight', shape: [2] }] }, pretrained)
  const fresh = new FreshParameters(42, 0.5)
  const loaded: Record<string, number[]> = {}
  for (const source of sources) {
    const target = new Float32Array(source.spec.shape.reduce((product, length) => product * length, 1)).fill(7)
    await loadParameter(source, pretrained.weights, fresh, target)
    loaded[source.spec.name] = [...target]
  }
  expect(loaded['bert.encoder.layer.0.query.weight']).toEqual([2, 2, 2, 2]) // its place in the file
  expect(loaded['classifier.bias']).toEqual([0, 0])
  expect(loaded['norm.weight']).toEqual([1, 1])
  expect(loaded['classifier.weight'].every((value) => value !== 0 && Math.abs(value) < 3)).toBe(true)
  expect(loaded['bert.pooler.dense.weight']).not.toEqual(loaded['classifier.weight'])
})

test('a finished model is used as it is, or refused', async () => {
  const finished = folderOf({ ...base, ...pooler, ...head }, ours)
  expect(resolveTrained(wanted, await openPretrained(finished)).map(({ tensor }) => tensor)).toEqual(wanted.parameters.map(({ name }) => name))
  for (const [shapes, config] of [[{ ...base, ...pooler }, ours], [{ ...base, ...head }, ours], [{ ...base, ...pooler, ...head }, { architectures: ['BertForTokenClassification'] }]] as const) {
    const folder = folderOf(shapes, config)
    expect(await userError(async () => resolveTrained(wanted, await openPretrained(folder)))).toMatchObject({ code: 'model.not-trained', args: { folder } })
  }
})

test.skipIf(!shared)('the real DistilBERT checkpoint loses its masked-language head, with a word', async () => {
  const pretrained = await openPretrained(join(shared!, 'models/minilm-l6-as-distilbert'))
  const names = pretrained.weights.names().filter((name) => name.startsWith('distilbert.'))
  const { notices, sources } = resolveParameters({
    parameters: [...names.map((name) => ({ name, shape: pretrained.weights.entry(name)!.shape })), { name: 'classifier.weight', shape: [4, 384] }],
    prefix: 'distilbert.', className: 'DistilBertForSequenceClassification', labels: ['a', 'b', 'c', 'd'],
  }, pretrained)
  expect(sources).toHaveLength(101)
  expect(notices).toMatchObject([
    { code: 'model.head-new', args: { count: 4 } },
    { code: 'model.leftover-heads', args: { count: 5, names: 'vocab_layer_norm.bias, vocab_layer_norm.weight, vocab_projector.bias, … (5)' } },
  ])
})
