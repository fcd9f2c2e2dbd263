/** A model and data by name, through the trainer as built, started as a window starts it. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import type { DownloadEvent, RunEvent } from '../../src/protocol/events.ts'
import { readEvents } from '../../src/runs/eventLog.ts'
import { readRunRecord } from '../../src/runs/runRecord.ts'
import { startTrainer } from '../../src/runs/startTrainer.ts'
import { tailEvents } from '../../src/runs/tailEvents.ts'
import { connectTrainer } from '../../src/runs/trainerClient.ts'
import { eventually } from '../eventually.ts'
import { startHub, type LocalHub } from '../hub/hub.ts'
import { untilEnded } from '../runs/untilEnded.ts'
import { ownUserFolder } from '../runs/userFolder.ts'

const user = ownUserFolder()
const rows = `text,label\n${Array.from({ length: 24 }, (_, i) => `${['red', 'green', 'blue'][i % 3]} number ${i},${['warm', 'cold'][i % 2]}`).join('\n')}\n`
const variables = ['HF_ENDPOINT', 'HF_HUB_CACHE', 'HF_HOME', 'HF_HUB_OFFLINE'] as const
const before = variables.map((name) => process.env[name])

let hub: LocalHub
let cache: string

beforeAll(async () => {
  hub = await startHub()
  hub.addAccount('ada', 'hf_ada')
  await hub.add('model', 'ada/tiny', resolve('test/golden/distilbert'))
  await hub.add('dataset', 'ada/colours', { 'README.md': '# Colours', 'train.csv': rows, 'test.csv': rows, 'extra/unsupervised.txt': 'x' })
})

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'finetune-hub-'))
  Object.assign(process.env, { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache, HF_HOME: cache, HF_HUB_OFFLINE: '' })
  hub.fault = () => undefined
  hub.seen.length = 0
})

afterEach(() => rmSync(cache, { recursive: true }))

afterAll(async () => {
  variables.forEach((name, index) => before[index] === undefined ? delete process.env[name] : process.env[name] = before[index])
  await hub.close()
})

function start(output_dir: string, dataset = 'ada/colours', token?: string) {
  const settings = checkSettings({ model_name_or_path: 'ada/tiny', dataset, output_dir: join(user.folder, output_dir), per_device_train_batch_size: 8, num_train_epochs: 1 })
  return startTrainer(settings, { program: resolve('dist/trainer.js'), leaveOneCoreFree: true, token })
}

function until(folder: string, isIt: (event: RunEvent) => boolean): Promise<RunEvent> {
  const stop = new AbortController()
  return new Promise<RunEvent>((found, fail) => {
    const look = (events: RunEvent[]) => events.filter(isIt).forEach(found)
    tailEvents(folder, look, stop.signal).catch(fail)
  }).finally(() => stop.abort())
}

const partsInCache = () => readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.incomplete')).map((name) => join(cache, name))
const isEnd = (event: RunEvent) => event.type === 'end'
const bytesOf = () => hub.seen.filter(({ path, method }) => method === 'GET' && /\/resolve\/|\/repos\//.test(path))

test('names become files of the cache; the commits are on record; a second run downloads nothing', async () => {
  const trainer = await start('first')
  expect(await until(trainer.folder, isEnd)).toMatchObject({ outcome: 'finished' })
  await untilEnded(trainer)
  const [model, dataset] = hub.repositories.map(({ id, refs }) => ({ id, revision: 'main', commit: refs.get('main')!.oid }))
  const { events } = await readEvents(join(trainer.folder, 'events.jsonl'))
  expect(await readRunRecord(trainer.folder)).toMatchObject({ state: 'finished', origins: { model, dataset }, settings: { model_name_or_path: 'ada/tiny', dataset: ['ada/colours'] } })
  const downloads = events.filter((event): event is DownloadEvent => event.type === 'download')
  expect([...new Set(downloads.map(({ what, file }) => `${what} ${file}`))]).toEqual(expect.arrayContaining(['model model.safetensors', 'dataset train.csv', 'dataset test.csv']))
  expect(downloads.at(-1)).toMatchObject({ what: 'dataset', bytes: 2 * rows.length, size: 2 * rows.length })
  expect(existsSync(join(cache, 'datasets--ada--colours/snapshots', dataset.commit, 'extra'))).toBe(false)
  hub.seen.length = 0
  const again = await start('second')
  expect(await until(again.folder, isEnd)).toMatchObject({ outcome: 'finished' })
  expect(bytesOf()).toEqual([])
  await untilEnded(again)
})

test('a stop ends the download; the same again goes on where it was', async () => {
  let letGo = () => {}
  const held = new Promise<void>((resolve) => { letGo = resolve })
  hub.fault = ({ origin }) => origin === 'storage' ? { pieces: 20_000, pause: (sent) => sent >= 100_000 ? held : undefined } : undefined
  const trainer = await start('stopped')
  await eventually(() => expect(partsInCache().some((file) => statSync(file).size >= 100_000)).toBe(true))
  await (await connectTrainer(trainer.folder))!.stop()
  expect(await until(trainer.folder, isEnd)).toMatchObject({ outcome: 'stopped', step: 0, resume_command: expect.stringContaining('--model_name_or_path ada/tiny --dataset ada/colours') as string })
  await untilEnded(trainer)
  expect(await readRunRecord(trainer.folder)).toMatchObject({ state: 'stopped' })
  letGo()
  hub.seen.length = 0
  const again = await start('stopped')
  const ends = async () => (await readEvents(join(again.folder, 'events.jsonl'))).events.filter(isEnd)
  await untilEnded(again)
  expect(await ends()).toMatchObject([{ outcome: 'stopped' }, { outcome: 'finished' }])
  expect(bytesOf().find(({ origin }) => origin === 'storage')!.range).toMatch(/^bytes=[1-9]/)
})

test('a name that leads nowhere is refused, and nothing is left behind', async () => {
  await expect(start('nowhere', 'ada/none')).rejects.toMatchObject({ code: 'hub.not-found', args: { name: 'ada/none' } })
  expect(existsSync(join(user.folder, 'nowhere'))).toBe(false)
})

test('a token reaches the trainer without a file, an argument or a variable', async () => {
  await hub.add('dataset', 'ada/private', { 'train.csv': rows, 'test.csv': rows }, { private: true })
  await expect(start('private', 'ada/private')).rejects.toMatchObject({ code: 'hub.not-found' })
  const trainer = await start('private', 'ada/private', 'hf_ada')
  expect(await until(trainer.folder, isEnd)).toMatchObject({ outcome: 'finished' })
  await untilEnded(trainer)
  const kept = [user.folder, cache].flatMap((place) => readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name)))
  expect(kept.length).toBeGreaterThan(10)
  expect(kept.filter((file) => readFileSync(file).includes('hf_ada'))).toEqual([])
})

test('a download that fails is said in the run, which can go on later', async () => {
  hub.fault = ({ path }) => path.includes('train.csv') ? { corruptAt: 3 } : undefined
  const trainer = await start('corrupted')
  expect(await until(trainer.folder, isEnd)).toMatchObject({ outcome: 'failed', error: expect.stringContaining('train.csv of ada/colours arrives') as string })
  await untilEnded(trainer)
  expect(await readRunRecord(trainer.folder)).toMatchObject({ state: 'failed' })
  hub.fault = () => undefined
  await untilEnded(await start('corrupted'))
  expect(await readRunRecord(trainer.folder)).toMatchObject({ state: 'finished' })
})
