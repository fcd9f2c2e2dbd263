// Model and data by name, before a run downloads them: what is to come is told, and what it will take.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
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
  const { preview, download, problem } = await ahead.preview(settings)
  expect(problem).toBeUndefined()
  expect(preview).toBeUndefined()
  const { missingBytes } = await findSources({ ...settings, model_name_or_path: quick.model_name_or_path }, () => machineHub({}))
  expect(missingBytes).toBeGreaterThanOrEqual(rows(40).length + rows(20).length)
  expect(download).toBeGreaterThan(missingBytes) // and the model's
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

test('other data that is not here yet is not estimated', async () => {
  await hub.add('dataset', 'ada/colours', { 'README.md': '# Colours', 'train.csv': rows(40), 'test.csv': rows(20) })
  expect(await new LookAhead().estimate({ settings: { ...settings, dataset: ['ada/colours'] }, token: null, leaveOneCoreFree: true })).toBeNull()
})
