/** Search, and a look at a dataset before it is downloaded. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { datasetServerOf, lookAtDataset, type LookOptions } from '../../src/hub/datasetServer.ts'
import { searchHub } from '../../src/hub/search.ts'
import { clientOf, codeOf } from './client.ts'
import { startHub, type LocalHub } from './hub.ts'
import { addCommit, storedFile } from './repositories.ts'

const card = (more: string) => `---\nlicense: apache-2.0\n${more}---\n# A card`
let hub: LocalHub

beforeAll(async () => {
  hub = await startHub()
  hub.addAccount('ada', 'hf_ada')
  const model = { 'README.md': card('pipeline_tag: fill-mask\ntags: [transformers, safetensors]\n') }
  await hub.add('model', 'distilbert/distilbert-base-uncased', model, { downloads: 900, likes: 7 })
  await hub.add('model', 'ada/distilbert-small', model, { downloads: 1000, gated: 'auto' })
  await hub.add('model', 'ada/distilbert-secret', model, { private: true })
  await hub.add('model', 'ada/distilbert-pickle', { 'README.md': card('') })
  await hub.add('dataset', 'fancyzhx/ag_news', { 'README.md': card('task_categories: [text-classification]\n') }, { downloads: 5 })
  addCommit(hub.repositories.at(-1)!, [await storedFile('default/train/0000.parquet', 'x'), await storedFile('default/train/0001.parquet', 'y')], { ref: 'refs/convert/parquet', orphan: true })
  const features = [{ name: 'text', type: { dtype: 'string', _type: 'Value' } }, { name: 'label', type: { names: ['World', 'Sports'], _type: 'ClassLabel' } }]
  const rows = Array.from({ length: 200 }, (_, index) => ({ text: `text ${index} ${'x'.repeat(400)}`, label: index % 4 === 0 ? 0 : 1 }))
  hub.viewer.set('fancyzhx/ag_news', { default: { train: { features, rows }, test: { features, rows: rows.slice(0, 50) } }, other: { test: { features, rows: rows.slice(0, 1) } } })
})

beforeEach(() => {
  hub.fault = () => undefined
  hub.seen.length = 0
})

afterAll(() => hub.close())

const firstTwo = (names: readonly string[]) => ({ train: names[0], evaluation: names[1] })
const look = (dataset: string, config: string | null = null, choose: LookOptions['choose'] = firstTwo) =>
  lookAtDataset(clientOf({ endpoint: hub.datasetServer }, { token: 'hf_ada' }).connection, dataset, { config, choose })

test('models that can be loaded without a pickle, the most used first', async () => {
  expect(await searchHub(clientOf(hub).connection, 'model', 'distilbert')).toEqual([
    { id: 'ada/distilbert-small', downloads: 1000, likes: 0, isGated: true, license: 'apache-2.0', task: 'fill-mask', bytes: null, rows: null },
    { id: 'distilbert/distilbert-base-uncased', downloads: 900, likes: 7, isGated: false, license: 'apache-2.0', task: 'fill-mask', bytes: null, rows: null },
  ])
  expect((await searchHub(clientOf(hub, { token: 'hf_ada' }).connection, 'model', 'secret')).map(({ id }) => id)).toEqual(['ada/distilbert-secret'])
  expect(await searchHub(clientOf(hub).connection, 'model', 'distilbert', 1)).toHaveLength(1)
})

test('classifiers that the worker can read', async () => {
  await hub.add('model', 'ada/topics', { 'README.md': card('pipeline_tag: text-classification\ntags: [text-classification, onnx]\n') })
  await hub.add('model', 'ada/topics-torch', { 'README.md': card('pipeline_tag: text-classification\ntags: [text-classification, transformers, safetensors]\n') })
  expect((await searchHub(clientOf(hub).connection, 'classifier', 'topics')).map(({ id }) => id)).toEqual(['ada/topics'])
})

test('datasets', async () => {
  expect(await searchHub(clientOf(hub).connection, 'dataset', 'ag nothing')).toEqual([])
  expect(await searchHub(clientOf(hub).connection, 'dataset', 'ag_news')).toMatchObject([{ id: 'fancyzhx/ag_news', task: 'text-classification' }])
})

test('a name that is none is left out of a list, and a Hub that fails is told soon', async () => {
  hub.addStored('model', '../distilbert-evil', [await storedFile('README.md', card('tags: [transformers, safetensors]\n'))])
  expect((await searchHub(clientOf(hub).connection, 'model', 'distilbert')).map(({ id }) => id)).not.toContain('../distilbert-evil')
  hub.fault = () => ({ status: 503 })
  const client = clientOf(hub)
  expect(await codeOf(searchHub(client.connection, 'model', 'x'))).toBe('hub.failing')
  expect(client.waits).toEqual([1])
})

test('rows, counts and sizes of a subset, without a token and without a download', async () => {
  const seen = await look('fancyzhx/ag_news')
  expect(seen).toMatchObject({ train: { split: 'train', rows: 200 }, evaluation: { split: 'test', rows: 50 }, columns: ['text', 'label'], counts: { label: { World: 50, Sports: 150 } } })
  expect(seen.classNames).toEqual(new Map([['label', ['World', 'Sports']]]))
  expect(seen.rows).toHaveLength(100)
  expect(seen.rows.slice(0, 5).map(({ label }) => label)).toEqual(['World', 'Sports', 'Sports', 'Sports', 'World'])
  expect(hub.seen.every(({ origin, authorization }) => origin === 'datasetServer' && authorization === undefined)).toBe(true)
  expect(await look('fancyzhx/ag_news', 'other')).toMatchObject({ train: { split: 'test', rows: 1 }, evaluation: null })
})

test('what the server has not is left out; a dataset that it has not is told', async () => {
  hub.fault = ({ path }) => path.startsWith('/statistics') || path.startsWith('/size') ? { status: 500 } : undefined
  expect(await look('fancyzhx/ag_news')).toMatchObject({ counts: {}, columns: ['text', 'label'], train: { rows: null }, evaluation: { rows: null } })
  hub.fault = () => undefined
  for (const nothing of [look('ada/none'), look('fancyzhx/ag_news', 'none'), look('fancyzhx/ag_news', null, () => ({ train: undefined, evaluation: undefined }))]) {
    expect(await codeOf(nothing)).toBe('hub.no-look')
  }
})

test('the dataset server of an endpoint is the one that datasets asks; an address that is no name has none', () => {
  expect(datasetServerOf('https://huggingface.co')).toBe('https://datasets-server.huggingface.co')
  expect(datasetServerOf('http://127.0.0.1:80')).toBeUndefined()
  expect(datasetServerOf('http://[::1]:80')).toBeUndefined()
})

test('the local Hub lists parquet files as the Hub does', async () => {
  const at = `${hub.endpoint}/api/datasets/fancyzhx/ag_news/parquet`
  const urls = await (await fetch(at)).json() as Record<string, Record<string, string[]>>
  expect(urls).toEqual({ default: { train: [`${at}/default/train/0.parquet`, `${at}/default/train/1.parquet`] } })
  expect(await (await fetch(`${at}/default/train`)).json()).toEqual(urls.default.train)
  expect(await (await fetch(urls.default.train[1])).text()).toBe('y')
  expect((await fetch(`${at}/none`)).status).toBe(404)
})
