import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { loadDataset } from '../../src/data/dataset.ts'
import type { SubsetChoice } from '../../src/data/dataFiles.ts'
import { planDataset } from '../../src/hub/datasetSnapshot.ts'
import { openRepository } from '../../src/hub/hubRepository.ts'
import { clientOf, codeOf, nameOf, temporaryCache } from './client.ts'
import { startHub, type LocalHub } from './hub.ts'
import { addCommit, storedFile } from './repositories.ts'

const rows = (...texts: string[]) => `text,label\n${texts.map((text, index) => `${text},${['a', 'b'][index % 2]}\n`).join('')}`
const parquet = (name: string) => readFileSync(resolve('test/golden/data/parquet/repository/data', name))
const card = `---
configs:
- config_name: small
  data_files:
  - {split: train, path: small/train.csv}
  - {split: test, path: small/test.csv}
- config_name: large
  data_files:
  - {split: first, path: large/one.csv}
  - {split: second, path: large/two.csv}
---
`
let hub: LocalHub
let cache: string

beforeAll(async () => {
  hub = await startHub()
  await hub.add('dataset', 'ada/subsets', {
    'README.md': card, 'small/train.csv': rows('s1', 's2', 's3'), 'small/test.csv': rows('t1', 't2'), 'large/one.csv': rows('l1', 'l2'), 'large/two.csv': rows('m1', 'm2', 'm3'), 'huge.csv': rows('h'),
  })
  await hub.add('dataset', 'ada/shards', resolve('test/golden/data/parquet/repository'), { formerIds: ['shards'] })
  await hub.add('dataset', 'ada/script', { 'script.py': 'import os', 'README.md': '# A script' })
  const script = hub.repositories.at(-1)!
  const converted = [['default/train/0000.parquet', 'train-00000-of-00002.parquet'], ['default/train/0001.parquet', 'train-00001-of-00002.parquet'], ['default/test/0000.parquet', 'validation-00000-of-00001.parquet'], ['other/train/0000.parquet', 'test-00000-of-00001.parquet']]
  addCommit(script, await Promise.all(converted.map(([path, source]) => storedFile(path, parquet(source)))), { ref: 'refs/convert/parquet', orphan: true })
  await hub.add('dataset', 'ada/images', { 'a.png': 'x' })
})

beforeEach(() => {
  cache = temporaryCache()
  hub.seen.length = 0
})

afterAll(() => hub.close())

async function fetchDataset(name: string, choice: SubsetChoice = {}) {
  const client = clientOf(hub, { cache })
  const { repository, paths, folder, notices } = await planDataset(client, await openRepository(client, nameOf('dataset', name)), choice)
  await repository.download(paths)
  const { train, evaluation } = await loadDataset({ dataset: [folder], ...choice })
  const downloaded = hub.seen.filter(({ path }) => path.includes('/resolve/')).map(({ path }) => decodeURIComponent(path.replace(/.*\/resolve\/[^/]+\//, '')))
  return { train: train.texts, evaluation: evaluation.texts, downloaded: [...new Set(downloaded)], notices: notices.map(({ code }) => code), revision: repository.name.revision }
}

test('of one subset, the splits to train and to evaluate on', async () => {
  expect(await fetchDataset('ada/subsets', { dataset_config_name: 'small' })).toMatchObject({
    train: ['s1', 's2', 's3'], evaluation: ['t1', 't2'], downloaded: ['README.md', 'small/train.csv', 'small/test.csv'],
  })
})

test('splits by names of one\'s own', async () => {
  const choice = { dataset_config_name: 'large', train_split_name: 'second', validation_split_name: 'first' }
  expect(await fetchDataset('ada/subsets', choice)).toMatchObject({ train: ['m1', 'm2', 'm3'], evaluation: ['l1', 'l2'], downloaded: ['README.md', 'large/two.csv', 'large/one.csv'] })
})

test('what is not there is said with what is', async () => {
  expect(await codeOf(fetchDataset('ada/subsets'))).toBe('data.card-subsets')
  await expect(fetchDataset('ada/subsets', { dataset_config_name: 'medium' })).rejects.toThrow('README.md names the subsets "small", "large" and no medium')
  await expect(fetchDataset('ada/subsets', { dataset_config_name: 'small', train_split_name: 'other' })).rejects.toThrow('no split other among "train", "test": check --train_split_name')
  expect(await codeOf(fetchDataset('ada/images'))).toBe('hub.no-data-files')
})

test('shards of parquet, by a former name', async () => {
  expect(await fetchDataset('shards')).toMatchObject({
    downloaded: ['README.md', 'data/train-00000-of-00002.parquet', 'data/train-00001-of-00002.parquet', 'data/validation-00000-of-00001.parquet'], notices: ['hub.renamed'],
  })
})

test('a dataset of another form is read from what the Hub made of it', async () => {
  const found = await fetchDataset('ada/script')
  expect(found).toMatchObject({ revision: 'refs/convert/parquet', notices: ['hub.converted'], downloaded: ['README.md', 'default/train/0000.parquet', 'default/train/0001.parquet', 'default/test/0000.parquet'] })
  expect(found.train.length).toBeGreaterThan(0)
  await expect(fetchDataset('ada/script', { dataset_config_name: 'none' })).rejects.toThrow('the dataset ada/script has no subset none, its subsets are "default", "other"')
})
