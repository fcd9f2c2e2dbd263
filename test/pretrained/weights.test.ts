import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openWeights } from '../../src/pretrained/weights.ts'
import { modelFolder, safetensorsOf, userError } from './checkpoint.ts'

const index = 'model.safetensors.index.json'
const indexOf = (map: unknown): string => JSON.stringify({ metadata: { total_size: 1 }, weight_map: map })

test('shards are one set of weights', async () => {
  const folder = modelFolder({}, {
    [index]: indexOf({ a: 'model-00001-of-00002.safetensors', b: 'model-00001-of-00002.safetensors', c: 'model-00002-of-00002.safetensors' }),
    'model-00001-of-00002.safetensors': safetensorsOf({ a: [2], b: [3] }),
    'model-00002-of-00002.safetensors': safetensorsOf({ unused: [1], c: [2, 1] }),
  })
  const weights = await openWeights(folder)
  expect(weights.names()).toEqual(['a', 'b', 'c'])
  expect(weights.files).toHaveLength(2)
  expect(weights.entry('c')).toMatchObject({ shape: [2, 1] })
  const values = new Float32Array(2)
  await weights.readInto('c', values)
  expect([...values]).toEqual([1, 1])
})

test('one file comes before shards and pickles, and shards before a pickle', async () => {
  const folder = modelFolder({}, { 'model.safetensors': safetensorsOf({ whole: [1] }), [index]: indexOf({ a: 'x.safetensors' }), 'pytorch_model.bin': 'pickle' })
  expect((await openWeights(folder)).names()).toEqual(['whole'])
  const shards = modelFolder({}, { [index]: indexOf({ a: 'x.safetensors' }), 'x.safetensors': safetensorsOf({ a: [1] }), 'pytorch_model.bin': 'pickle' })
  expect((await openWeights(shards)).names()).toEqual(['a'])
})

test.each([
  '../model.safetensors', '..', '.', '/etc/model.safetensors', 'sub/model.safetensors', 'sub\\model.safetensors', 'C:model.safetensors', 'C:\\model.safetensors',
  'model.safetensors\0.safetensors', '.hidden.safetensors', 'pytorch_model.bin', '', 7, null, ['model.safetensors'],
])('an index that names %j does not lead anywhere', async (shard) => {
  const folder = modelFolder({}, { [index]: indexOf({ a: shard }) })
  expect(await userError(() => openWeights(folder))).toMatchObject({ code: 'model.shard-name' })
})

test('a shard that is missing, or lacks a tensor, is named', async () => {
  const missing = modelFolder({}, { [index]: indexOf({ a: 'one.safetensors' }) })
  expect((await userError(() => openWeights(missing))).message).toMatch(/^no file .*one\.safetensors, which .*index\.json names: /)
  const lacking = modelFolder({}, { [index]: indexOf({ a: 'one.safetensors', b: 'one.safetensors' }), 'one.safetensors': safetensorsOf({ a: [1] }) })
  expect(await userError(() => openWeights(lacking))).toMatchObject({ code: 'model.shard-lacks', args: { tensor: 'b' } })
})

test.each([['no JSON', '{', 'model.json-malformed'], ['a list', '[]', 'model.json-malformed'], ['no weight_map', '{}', 'model.index-malformed'], ['a list of weights', indexOf([]), 'model.index-malformed']])(
  'an index that is or has %s is refused', async (_, content, code) => {
    expect(await userError(() => openWeights(modelFolder({}, { [index]: content })))).toMatchObject({ code })
  })

test('weights that are only there as a pickle are read, as data', async () => {
  const golden = join(import.meta.dirname, '../golden/torch')
  const weights = await openWeights(join(golden, 'deberta'))
  expect([weights.isPickle, (await openWeights(modelFolder({}, { 'model.safetensors': safetensorsOf({ a: [1] }) }))).isPickle]).toEqual([true, false])
  expect(weights.files.map(({ path }) => path)).toEqual([join(golden, 'deberta/pytorch_model.bin')])
  const values = new Float32Array(8)
  await weights.readInto('deberta.embeddings.LayerNorm.weight', values)
  expect([values[0], values[7]]).toEqual([0.5, 1.5])
  const malicious = modelFolder({}, { 'pytorch_model.bin': readFileSync(join(golden, 'malicious.bin')) })
  expect(await userError(() => openWeights(malicious))).toMatchObject({ code: 'model.pickle-global' })
})

test('shards of a pickle are refused unopened, with what to do', async () => {
  const folder = modelFolder({}, { 'pytorch_model.bin.index.json': 'not even JSON' })
  const error = await userError(() => openWeights(folder))
  expect(error).toMatchObject({ code: 'model.torch-shards', args: { folder, file: 'pytorch_model.bin.index.json' } })
  expect(error.message).toContain('safe_serialization=True')
})

test('a folder without weights', async () => {
  expect(await userError(() => openWeights(modelFolder({}, {})))).toMatchObject({ code: 'model.weights-missing' })
})
