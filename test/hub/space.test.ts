/** Room on the disk is asked for before the first byte of a download. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openRepository } from '../../src/hub/hubRepository.ts'
import { findSources } from '../../src/hub/sources.ts'
import { clientOf, codeOf, nameOf, temporaryCache } from './client.ts'
import { startHub, type LocalHub } from './hub.ts'
import { sha256 } from './uploads.ts'

const weights = Buffer.alloc(100_000, 7)
const rows = `text,label\n${Array.from({ length: 20_000 }, (_, row) => `${row},${row % 2}`).join('\n')}\n`
let hub: LocalHub

beforeAll(async () => {
  hub = await startHub()
  await hub.add('model', 'ada/twice', { 'a.safetensors': weights, 'b.safetensors': weights })
  await hub.add('model', 'ada/model', { 'config.json': '{"model_type":"bert"}', 'tokenizer.json': '{}', 'model.safetensors': weights })
  await hub.add('dataset', 'ada/rows', { 'train.csv': rows })
})

beforeEach(() => { hub.seen.length = 0 })

afterAll(() => hub.close())

const fetched = () => hub.seen.filter(({ path }) => /\/resolve\/|\/repos\//.test(path)).length

async function download(options: Parameters<typeof clientOf>[1]): Promise<void> {
  const repository = await openRepository(clientOf(hub, options), nameOf('model', 'ada/twice'))
  await repository.download(repository.paths)
}

test('files of the same content take their room once where they are links, and each its own where they are copies', async () => {
  await download({ free: 100_000 })
  hub.seen.length = 0
  expect(await codeOf(download({ free: 99_999 }))).toBe('hub.no-space')
  expect(await codeOf(download({ free: 199_999, copiesFiles: true }))).toBe('hub.no-space')
  expect(fetched()).toBe(0)
  await download({ free: 200_000, copiesFiles: true })
})

test('what is there in part needs only its rest', async () => {
  const cache = temporaryCache()
  const blobs = join(cache, 'models--ada--twice/blobs')
  mkdirSync(blobs, { recursive: true })
  writeFileSync(join(blobs, `${sha256(weights)}.incomplete`), weights.subarray(0, 60_000))
  await expect(download({ cache, free: 39_999 })).rejects.toThrow(`no space to download ada/twice: 0.1 MB are needed in ${cache} and 0.1 MB are free`)
  await download({ cache, free: 40_000 })
})

test('a model and its data are asked for together: nothing comes where only one of them has room', async () => {
  const settings = { model_name_or_path: 'ada/model', dataset: ['ada/rows'], model_revision: 'main', dataset_revision: 'main', dataset_config_name: null, train_split_name: null, validation_split_name: null }
  const find = (free: number) => findSources(settings, async () => clientOf(hub, { free }))
  const { download, missingBytes } = await find(120_000)
  await expect(download(() => {})).rejects.toThrow('no space to download ada/model, ada/rows: 0.3 MB are needed')
  expect(fetched()).toBe(0)
  await (await find(missingBytes)).download(() => {})
})

test('a cache that cannot be written is named', async () => {
  const file = join(temporaryCache(), 'file')
  writeFileSync(file, '')
  await expect(download({ cache: join(file, 'hub') })).rejects.toMatchObject({ code: 'hub.cache-unwritable', args: { cache: join(file, 'hub'), reason: expect.stringContaining('ENOTDIR') as string } })
})
