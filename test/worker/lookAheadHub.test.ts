// Model and data by name, before a run downloads them: what is to come is told, and what it will take.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { LookupFunction } from 'node:net'
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { machineHub } from '../../src/hub/machineHub.ts'
import { findSources } from '../../src/hub/sources.ts'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import { hubNews } from '../../src/protocol/formPresets.ts'
import { quick } from '../../src/protocol/presets.ts'
import { LookAhead } from '../../src/worker/lookAhead.ts'
import { startHub, type LocalHub } from '../hub/hub.ts'

const rows = (count: number) => `text,label\n${Array.from({ length: count }, (_, i) => `${['red', 'green', 'blue'][i % 3]} number ${i},${['warm', 'cold'][i % 2]}`).join('\n')}\n`
const variables = ['HF_ENDPOINT', 'HF_HUB_CACHE', 'HF_HOME', 'HF_HUB_OFFLINE'] as const
const before = variables.map((name) => process.env[name])
const settings = checkSettings({ model_name_or_path: hubNews.model, dataset: hubNews.dataset, max_train_samples: 1000, max_eval_samples: 1000, output_dir: join(tmpdir(), 'no-such-run') })

let hub: LocalHub
let cache: string

beforeAll(async () => {
  hub = await startHub()
  await hub.add('model', hubNews.model, resolve('test/golden/distilbert'))
  await hub.add('dataset', hubNews.dataset, { 'README.md': '# News', 'train.csv': rows(40), 'test.csv': rows(20) })
})
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'finetune-hub-'))
  Object.assign(process.env, { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache, HF_HOME: cache, HF_HUB_OFFLINE: '' })
})
afterEach(() => rmSync(cache, { recursive: true }))
afterAll(async () => {
  variables.forEach((name, index) => before[index] === undefined ? delete process.env[name] : process.env[name] = before[index])
  await hub.close()
})

test('what is not cached is told in bytes; AG News is estimated by what is known of it', async () => {
  const ahead = new LookAhead()
  const { preview, look, download, problem } = await ahead.preview(settings)
  expect(problem).toBeUndefined()
  expect(preview).toBeUndefined()
  expect(look).toBeUndefined()
  const { missingBytes } = await findSources({ ...settings, model_name_or_path: quick.model_name_or_path }, () => machineHub({}))
  expect(missingBytes).toBeGreaterThanOrEqual(rows(40).length + rows(20).length)
  expect(download).toBe(missingBytes)
  const { missingBytes: all } = await findSources(settings, () => machineHub({}))
  expect(await ahead.namedModel(settings)).toEqual({ download: all - missingBytes, revisions: ['main'] })
  const estimate = (await ahead.estimate({ settings, token: null, leaveOneCoreFree: true }))!
  expect(estimate.max_steps).toBe(3 * Math.ceil(1000 / 16))
  expect(estimate.choices).toMatchObject({ available: { train: 120_000, evaluation: 7_600 }, tutorial: estimate.seconds })
  expect(estimate.choices!.all).toBeGreaterThan(50 * estimate.seconds)
})

test('once it is downloaded the rows are shown', async () => {
  const { download } = await findSources(settings, () => machineHub({}))
  await download(() => {})
  const found = await new LookAhead().preview(settings)
  expect(found).toMatchObject({ columns: ['text', 'label'], download: 0, preview: { train: { rows: 40, available: 40 }, evaluation: { rows: 20, available: 20 } } })
})

test('without the network and without a cache it is a mistake that can be told', async () => {
  process.env.HF_HUB_OFFLINE = '1'
  const { problem } = await new LookAhead().preview(settings)
  expect(problem).toMatchObject({ code: 'hub.not-cached', args: { name: hubNews.dataset } })
})

describe('with a dataset server', () => {
  const features = [{ name: 'title', type: { _type: 'Value', dtype: 'string' } }, { name: 'topic', type: { _type: 'ClassLabel', names: ['warm', 'cold'] } }]
  const table = (count: number) => ({ features, rows: Array.from({ length: count }, (_, i) => ({ title: `number ${i}`, topic: i % 4 === 0 ? 0 : 1 })) })
  const usual = getGlobalDispatcher()
  const subsets = { ...settings, dataset: ['ada/subsets'] }

  beforeAll(async () => {
    const card = '---\nconfigs:\n- config_name: small\n  data_files:\n  - {split: train, path: small/train.csv}\n  - {split: dev, path: small/dev.csv}\n  - {split: odd, path: small/odd.csv}\n- config_name: large\n  data_files: large/*.csv\n---\n'
    const files = { 'README.md': card, 'small/train.csv': rows(40), 'small/dev.csv': rows(20), 'small/odd.csv': rows(6), 'large/all.csv': rows(9) }
    const { refs } = await hub.add('dataset', 'ada/subsets', files, { formerIds: ['subsets'] })
    refs.set('v2', refs.get('main')!)
    hub.viewer.set('ada/subsets', { small: { train: table(40), dev: table(20), odd: table(6) } })
  })
  beforeEach(() => {
    // No system but a browser's knows that every name below localhost is this machine (RFC 6761, 6.3).
    const here: LookupFunction = (_name, { all }, found) => all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4)
    setGlobalDispatcher(new Agent({ connect: { lookup: here } }))
    hub.hostname = 'localhost'
    process.env.HF_ENDPOINT = hub.endpoint
  })
  afterEach(() => {
    setGlobalDispatcher(usual)
    hub.hostname = '127.0.0.1'
  })

  test('rows and labels are shown before the download, and an estimate is made of them', async () => {
    const ahead = new LookAhead()
    const found = await ahead.preview({ ...subsets, dataset: ['subsets'], dataset_config_name: 'small' })
    expect(found).toMatchObject({
      columns: ['title', 'topic'], parts: { configs: ['small', 'large'], config: 'small', splits: ['train', 'dev', 'odd'], revisions: ['main', 'v2'] },
      look: {
        text_column: 'title', label_column: 'topic', train: { split: 'train', rows: 40 }, evaluation: { split: 'dev', rows: 20 },
        counts: [{ label: 'warm', rows: 10 }, { label: 'cold', rows: 30 }],
      },
    })
    expect(found.look!.first.map(({ label, text }) => `${label} ${text}`)).toEqual(['warm number 0', 'cold number 1', 'cold number 2', 'cold number 3', 'warm number 4'])
    expect(found.notices.map(({ code }) => code)).toEqual(['hub.renamed'])
    expect(found.download).toBe(rows(40).length + rows(20).length)
    const estimate = await ahead.estimate({ settings: { ...subsets, dataset: ['subsets'], dataset_config_name: 'small' }, token: null, leaveOneCoreFree: true })
    expect(estimate!.max_steps).toBe(3 * Math.ceil(40 / 16))
  })

  test('the splits that are chosen are those that are shown', async () => {
    const { look } = await new LookAhead().preview({ ...subsets, dataset_config_name: 'small', train_split_name: 'odd', validation_split_name: 'train' })
    expect(look).toMatchObject({ train: { split: 'odd', rows: 6 }, evaluation: { split: 'train', rows: 40 } })
  })

  test('another revision is not shown, and is downloaded all the same', async () => {
    const { look, download } = await new LookAhead().preview({ ...subsets, dataset_config_name: 'small', dataset_revision: 'v2' })
    expect(look).toBeUndefined()
    expect(download).toBeGreaterThan(0)
  })

  test('subsets are offered where one must be chosen first', async () => {
    const { parts, problem } = await new LookAhead().preview(subsets)
    expect(problem!.code).toBe('data.card-subsets')
    expect(parts).toEqual({ configs: ['small', 'large'], config: null, splits: [], revisions: ['main', 'v2'] })
  })

  test('columns that nobody could guess are asked for', async () => {
    hub.viewer.set('ada/colours2', { default: { train: { features: ['a', 'b', 'c'].map((name) => ({ name, type: { _type: 'Value', dtype: 'string' } })), rows: [{ a: '1', b: 'text', c: 'x' }] } } })
    await hub.add('dataset', 'ada/colours2', { 'train.csv': 'a,b,c\n1,text,x\n' })
    const given = { ...settings, dataset: ['ada/colours2'] }
    expect(await new LookAhead().preview(given)).toMatchObject({ columns: ['a', 'b', 'c'], problem: { code: 'data.column-not-found' } })
    expect(await new LookAhead().preview({ ...given, text_column: 'b', label_column: 'c' })).toMatchObject({ look: { first: [{ label: 'x', text: 'text' }] } })
  })
})

test('a private dataset is found with the token of the account, and not without', async () => {
  hub.addAccount('ada', 'hf_ada')
  await hub.add('dataset', 'ada/secret', { 'train.csv': rows(40) }, { private: true })
  const given = { ...settings, dataset: ['ada/secret'] }
  expect((await new LookAhead().preview(given)).problem).toMatchObject({ code: 'hub.not-found', args: { type: 'dataset' } })
  expect((await new LookAhead().preview(given, 'hf_ada')).download).toBe(rows(40).length)
})

test('other data that is not here yet is not estimated', async () => {
  await hub.add('dataset', 'ada/colours', { 'README.md': '# Colours', 'train.csv': rows(40), 'test.csv': rows(20) })
  expect(await new LookAhead().estimate({ settings: { ...settings, dataset: ['ada/colours'] }, token: null, leaveOneCoreFree: true })).toBeNull()
})
