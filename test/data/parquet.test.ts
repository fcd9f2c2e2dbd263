import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openParquet } from '../../src/data/parquet.ts'
import { shared } from '../shared.ts'
import { fileWith } from './files.ts'

const golden = fileURLToPath(new URL('../golden/data/parquet/', import.meta.url))

test('a file of datasets: columns, the names of its ClassLabel, int64 labels', async () => {
  const table = await openParquet(`${golden}repository/data/train-00000-of-00002.parquet`)
  expect(table.columns).toEqual(['idx', 'text', 'label'])
  expect(table.classNames).toEqual(new Map([['label', ['zebra', 'apple']]]))
  expect(await table.read('text', 'label')).toEqual({ texts: ['one', 'zwei ü', 'three\nlines'], labels: [0n, 1n, 0n] })
})

test.each(['none', 'snappy', 'gzip', 'brotli', 'lz4', 'zstd'])('compressed by %s', async (codec) => {
  const { texts, labels } = await (await openParquet(`${golden}${codec}.parquet`)).read('text', 'label')
  expect(texts).toEqual([0, 1, 2, 3, 4].map((i) => `text number ${i} `.repeat(4)))
  expect(labels).toEqual(['p', 'q', 'p', 'q', 'p'])
})

test.each([
  ['string', ['b', 'a']], ['int8', [10, -9]], ['uint64', [7n, 2n ** 40n]], ['bool', [true, false]], ['double', [1, 2]], ['dict', ['x', 'y']],
])('four row groups with a null among the texts and labels of type %s', async (column, pair) => {
  const { texts, labels } = await (await openParquet(`${golden}types.parquet`)).read('text', column)
  expect(texts).toEqual(['t0', 't1', 't2', undefined, 't4', 't5', 't6', 't7', 't8', 't9'].map((text) => text ?? expect.toSatisfy((cell) => cell == null)))
  expect(labels).toEqual([...pair, ...pair, ...pair, ...pair, ...pair])
})

test('bytes that are no UTF-8 are told by their row', async () => {
  const table = await openParquet(`${golden}not_utf8.parquet`)
  await expect(table.read('text', 'label')).rejects.toThrow('not_utf8.parquet, row 2 is not UTF-8')
})

test('a truncated or foreign file is refused, wherever it is cut', async () => {
  const whole = readFileSync(`${golden}zstd.parquet`)
  for (let length = 1; length < whole.length; length += 13) {
    await expect(openParquet(fileWith('cut.parquet', whole.subarray(0, length)))).rejects.toThrow('cut.parquet cannot be read as Parquet')
  }
  await expect(openParquet(fileWith('text.parquet', 'text,label\na,b\n'))).rejects.toThrow('text.parquet cannot be read as Parquet')
})

test('a file that lies about its pages is refused', async () => {
  const damaged = readFileSync(`${golden}none.parquet`)
  damaged.fill(0xff, 4, 40)
  const table = await openParquet(fileWith('damaged.parquet', damaged))
  await expect(table.read('text', 'label')).rejects.toThrow('damaged.parquet cannot be read as Parquet')
})

test.skipIf(!shared)('AG News in eight row groups has the rows of AG News in one', async () => {
  const [grouped, whole] = await Promise.all(['test_rowgroups1000/', 'ag_news_partial/data/'].map(async (folder) => {
    const table = await openParquet(`${shared}/ag_news/${folder}test-00000-of-00001.parquet`)
    return table.read('text', 'label')
  }))
  expect(grouped.texts).toHaveLength(7600)
  expect(grouped).toEqual(whole)
})
