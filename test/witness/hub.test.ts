/** The local Hub is one to Python's clients, and what either side downloads into the cache the other takes without asking for bytes. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { loadDataset } from '../../src/data/dataset.ts'
import { CachedRepository } from '../../src/hub/cache.ts'
import { scanCache } from '../../src/hub/cacheView.ts'
import { planDataset } from '../../src/hub/datasetSnapshot.ts'
import { openRepository } from '../../src/hub/hubRepository.ts'
import { downloadModel } from '../../src/hub/modelSnapshot.ts'
import { clientOf, nameOf } from '../hub/client.ts'
import { startHub, type LocalHub } from '../hub/hub.ts'
import { askMeanwhile } from './witness.ts'

let hub: LocalHub
let home: string
let cache: string

beforeAll(async () => {
  hub = await startHub()
  hub.addAccount('ada', 'hf_ada')
  hub.addAccount('bob', 'hf_bob')
  await hub.add('model', 'ada/tiny', resolve('test/golden/distilbert'))
  await hub.add('model', 'ada/private', { 'config.json': '{}' }, { private: true })
  await hub.add('model', 'ada/gated', { 'config.json': '{}' }, { gated: 'manual' })
  await hub.add('dataset', 'fancyzhx/ag_news', resolve('embedded/news-sample'), { formerIds: ['ag_news'] })
})

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'finetune-witness-hub-'))
  cache = join(home, 'hub')
  hub.fault = () => undefined
  hub.seen.length = 0
})

afterAll(async () => {
  await hub.close()
  rmSync(home, { recursive: true })
})

function ask(action: string, input: Record<string, unknown> = {}, env: Record<string, string> = {}): Promise<unknown> {
  return askMeanwhile('hub.py', { action, ...input }, { HF_ENDPOINT: hub.endpoint, HF_HOME: home, ...env })
}

const ours = () => clientOf(hub, { cache })
const byteRequests = () => hub.seen.filter(({ method, path }) => method === 'GET' && /\/resolve\/|\/repos\//.test(path)).map(({ path }) => path)
const fetchModel = async (client = ours()) => downloadModel(await openRepository(client, nameOf('model', 'ada/tiny')))

async function fetchDataset(name: string) {
  const { repository, paths, folder } = await planDataset(ours(), await openRepository(ours(), nameOf('dataset', name)), {})
  await repository.download(paths)
  return folder
}

test('what Python downloads, we take, with and without the network', async () => {
  const commit = await ask('snapshot', { name: 'ada/tiny' })
  expect(await ask('snapshot', { name: 'fancyzhx/ag_news', kind: 'dataset' })).toMatch(/^[0-9a-f]{40}$/)
  hub.seen.length = 0
  expect(await fetchModel()).toBe(join(cache, 'models--ada--tiny/snapshots', commit as string))
  await fetchDataset('fancyzhx/ag_news')
  expect(byteRequests()).toEqual([])
  hub.seen.length = 0
  await fetchModel(clientOf(hub, { cache, isOffline: true }))
  expect(hub.seen).toEqual([])
})

test('what we download, Python takes; its scan finds nothing wrong and counts as we do', async () => {
  await fetchModel()
  await fetchDataset('fancyzhx/ag_news')
  hub.seen.length = 0
  expect(await ask('from_pretrained', { name: 'ada/tiny' })).toMatchObject({ tokens: expect.any(Array) as unknown })
  expect(await ask('snapshot', { name: 'fancyzhx/ag_news', kind: 'dataset', allow_patterns: ['*.csv', '*.md'] })).toBe(hub.repositories.at(-1)!.refs.get('main')!.oid)
  expect(byteRequests().filter((path) => !/generation_config|adapter_config|chat_template|processor_config/.test(path))).toEqual([])
  expect(await ask('from_pretrained', { name: 'ada/tiny' }, { HF_HUB_OFFLINE: '1' })).toBeTruthy()
  const scanned = await ask('scan') as { warnings: string[], incomplete: number, repositories: unknown[] }
  expect(scanned).toMatchObject({ warnings: [], incomplete: 0 })
  const view = (await scanCache(cache)).map(({ type, id, bytes, revisions }) => ({
    type, id, bytes, revisions: revisions.map(({ commit, bytes: size, files, refs }) => ({ commit, bytes: size, files, refs })),
  }))
  expect(view.sort((a, b) => a.id < b.id ? -1 : 1)).toEqual(scanned.repositories)
})

test('a dataset has the same rows for datasets and for us', async () => {
  const { train, evaluation, labelNames } = await loadDataset({ dataset: [await fetchDataset('ag_news')] })
  const [rows, test] = [train, evaluation].map(({ texts, labels }) => ({ rows: texts.length, first: { text: texts[0], label: labelNames[labels[0]] } }))
  expect(await ask('rows', { name: 'fancyzhx/ag_news' })).toMatchObject({ train: rows, test })
})

test('the locks are the same: who comes second waits', async () => {
  const weights = hub.repositories[0].refs.get('main')!.files.get('model.safetensors')!.lfs!.oid
  const lock = new CachedRepository(cache, 'model', 'ada/tiny').lock(weights)
  let held: (value?: unknown) => void = () => {}
  const holding = new Promise((resolve) => { held = resolve })
  hub.fault = ({ origin }) => origin === 'storage' ? { pieces: 10_000, pause: () => holding.then(() => {}) } : undefined
  const download = fetchModel()
  while (!existsSync(join(cache, 'models--ada--tiny/blobs', `${weights}.incomplete`))) await setTimeout(5)
  expect(await ask('is_locked', { path: lock })).toBe('Timeout')
  held()
  await download
  expect(await ask('is_locked', { path: lock })).toBe(false)

  rmSync(join(cache, 'models--ada--tiny/snapshots'), { recursive: true })
  rmSync(join(cache, 'models--ada--tiny/blobs', weights))
  const until = join(home, 'until')
  const holder = ask('hold', { path: lock, until })
  while (!existsSync(`${until}.held`)) await setTimeout(5)
  hub.seen.length = 0
  const waiting = fetchModel()
  while (!readdirSync(join(cache, 'models--ada--tiny/blobs')).length) await setTimeout(5)
  await setTimeout(500)
  expect(hub.seen.filter(({ origin }) => origin === 'storage')).toEqual([])
  writeFileSync(until, '')
  await Promise.all([holder, waiting])
  expect(hub.seen.filter(({ origin }) => origin === 'storage')).toHaveLength(1)
})

test('Python is refused as on the real Hub, in its own words', async () => {
  // Each has a cache of its own: what one may have, another must not find there.
  const refusal = (input: Record<string, string>) => ask('refusal', input, { HF_HOME: mkdtempSync(join(home, 'asker-')) })
  const refusals = await Promise.all([
    refusal({ name: 'ada/none' }), refusal({ name: 'ada/private' }), refusal({ name: 'ada/private', token: 'hf_bob' }), refusal({ name: 'ada/private', token: 'hf_ada' }),
    refusal({ name: 'ada/gated' }), refusal({ name: 'ada/gated', token: 'hf_bob' }), refusal({ name: 'ada/tiny', revision: 'v9' }), refusal({ name: 'ada/tiny', file: 'none.json' }),
  ])
  // A 401 without a code is RepositoryNotFoundError to it over https alone: REPO_API_REGEX of utils/_http.py.
  expect(refusals).toEqual(['HfHubHTTPError', 'HfHubHTTPError', 'RepositoryNotFoundError', null, 'GatedRepoError', 'GatedRepoError', 'RevisionNotFoundError', 'RemoteEntryNotFoundError'])
})

test('accounts, pages of a tree, former names', async () => {
  hub.pageSize = 2
  try {
    expect(await ask('whoami', { token: 'hf_ada' })).toBe('ada')
    expect(await ask('tree', { name: 'ada/tiny' })).toEqual(expect.arrayContaining(['config.json', 'model.safetensors', 'tokenizer.json']))
    expect(await ask('search', { words: 'tiny', kind: 'model' })).toEqual(['ada/tiny'])
    expect(await ask('search', { words: 'news', kind: 'dataset' })).toEqual(['fancyzhx/ag_news'])
    expect(await ask('info', { name: 'ag_news' })).toMatchObject({ id: 'fancyzhx/ag_news', files: expect.arrayContaining(['README.md']) as string[] })
  } finally {
    hub.pageSize = 1000
  }
})
