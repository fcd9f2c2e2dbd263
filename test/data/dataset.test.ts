import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { loadDataset, loadEvaluationRows } from '../../src/data/dataset.ts'
import type { Dataset, DatasetOptions } from '../../src/data/dataset.ts'
import { sample } from '../../src/data/split.ts'
import { UserError } from '../../src/protocol/errors.ts'
import trainTestSplits from '../golden/data/train_test_split.json' with { type: 'json' }
import { shared } from '../shared.ts'
import { fileWith, folderWith } from './files.ts'

const golden = fileURLToPath(new URL('../golden/data/parquet/', import.meta.url))

/** A CSV file with as many rows as asked for; its text is the row's number. */
function numbered(rows: number): string {
  return ['text,label', ...Array.from({ length: rows }, (_, row) => `${row},${'ab'[row % 2]}`)].join('\n')
}

describe('a dataset repository', () => {
  test('its shards in order, its validation split rather than test, its names of classes', async () => {
    const dataset = await loadDataset({ dataset: [`${golden}repository`] })
    expect(dataset).toMatchObject({
      train: { name: 'train', texts: ['one', 'zwei ü', 'three\nlines', 'four 😀', 'one'], labels: Int32Array.of(0, 1, 0, 1, 0), rows: Int32Array.of(0, 1, 2, 3, 4) },
      evaluation: { name: 'validation', texts: ['six', 'seven'], labels: Int32Array.of(1, 0) },
      labelNames: ['zebra', 'apple'],
      textColumn: 'text',
      labelColumn: 'label',
      notices: [{ code: 'data.duplicates' }],
      source: ['train-00000-of-00002', 'train-00001-of-00002', 'validation-00000-of-00001'].map((name) => `${golden}repository/data/${name}.parquet`),
    })
    expect(dataset.train.locate(4)).toEqual({ file: `${golden}repository/data/train-00001-of-00002.parquet`, row: 2 })
    expect(() => dataset.train.locate(5)).toThrow('no row undefined')
  })

  test('a card\'s names of classes hold for CSV too', async () => {
    const card = '---\ndataset_info:\n  features:\n  - name: label\n    dtype:\n      class_label:\n        names:\n          \'0\': zebra\n          \'1\': apple\n---\n'
    const dataset = await loadDataset({ dataset: [folderWith({ 'README.md': card, 'train.csv': 'text,label\na,1\nb,0\n', 'test.csv': 'text,label\nc,1\n' })] })
    expect(dataset.labelNames).toEqual(['zebra', 'apple'])
    expect([...dataset.train.labels, ...dataset.evaluation.labels]).toEqual([1, 0, 1])
  })
})

describe('which rows', () => {
  const { n, test_size, seed, max, train, test: evaluation } = trainTestSplits.then_sampled

  test('without a split to evaluate on: train_test_split, then shuffle(42).select of both', async () => {
    const dataset = await loadDataset({ dataset: [fileWith('rows.csv', numbered(n))], test_size, seed, max_train_samples: max, max_eval_samples: max })
    expect([...dataset.train.rows]).toEqual(train)
    expect([...dataset.evaluation.rows]).toEqual(evaluation)
    expect(dataset.train.texts).toEqual(train.map(String))
    expect(dataset.train.labels).toEqual(Int32Array.from(train, (row) => row % 2))
    expect(dataset.train.locate(0)).toMatchObject({ row: train[0] + 1, line: train[0] + 2 })
    expect(dataset.evaluation.name).toBe('train')
    expect(dataset.notices[0].text).toBe('no validation or test split: 20 of the 200 rows are set aside for evaluation (test_size 0.1, seed 42)')
  })

  test('a class that only the rows set aside have is a class, and told', async () => {
    const { test: aside } = trainTestSplits.cases.find((each) => each.n === 10)!
    const content = numbered(10).split('\n').map((line, index) => index - 1 === aside[0] ? 'rare,c' : line).join('\n')
    const dataset = await loadDataset({ dataset: [fileWith('rows.csv', content)] })
    expect(dataset.labelNames).toEqual(['a', 'b', 'c'])
    expect(dataset.notices.map(({ text }) => text)).toContain('no training row has the label "c"')
  })

  test('without limits all rows in their own order; null is no limit', async () => {
    const dataset = await loadDataset({ dataset: [folderWith({ 'train.csv': numbered(9), 'test.csv': numbered(4) })], max_train_samples: null, text_column: null })
    expect([...dataset.train.rows]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect([...dataset.evaluation.rows]).toEqual([0, 1, 2, 3])
  })
})

describe('rows to evaluate on that a person names', () => {
  const rows = (...texts: string[]) => ['text,label', ...texts.map((text, row) => `${text},${row % 2 ? 'no' : 'yes'}`)].join('\n')

  test('are those of the file, and no training row is set aside', async () => {
    const folder = folderWith({ 'mine.csv': rows('a', 'b', 'c', 'd'), 'other.csv': rows('e', 'f', 'g') })
    const { train, evaluation, available, notices } = await loadDataset({ dataset: [join(folder, 'mine.csv')], validation_file: join(folder, 'other.csv'), max_train_samples: 2 })
    expect(evaluation.texts).toEqual(['e', 'f', 'g'])
    expect(train.texts.length).toBe(2)
    expect(available).toEqual({ train: 4, evaluation: 3 })
    expect(notices).toEqual([])
  })

  test('are the folder\'s split to evaluate on, and come before the data\'s own', async () => {
    const folder = folderWith({ 'data/train.csv': rows('a', 'b'), 'data/test.csv': rows('c', 'd'), 'other/train.csv': rows('e', 'f'), 'other/test.csv': rows('g') })
    const { evaluation } = await loadDataset({ dataset: [join(folder, 'data')], validation_file: join(folder, 'other') })
    expect(evaluation.texts).toEqual(['g'])
  })

  test('have labels of the training rows', async () => {
    const folder = folderWith({ 'mine.csv': rows('a', 'b'), 'other.csv': 'text,label\nc,maybe\n' })
    await expect(loadDataset({ dataset: [join(folder, 'mine.csv')], validation_file: join(folder, 'other.csv') })).rejects.toMatchObject({ code: 'data.label-unknown' })
  })
})

describe('rows to measure a finished model on', () => {
  test('are those of the split to evaluate on, numbered as the model\'s labels are', async () => {
    const dataset = [folderWith({ 'test.csv': 'text,label\nc,x\nd,y\n', 'dev.csv': 'text,label\na,y\nb,y\n' })]
    expect(await loadEvaluationRows({ dataset }, ['x', 'y', 'z'])).toMatchObject({ name: 'validation', texts: ['a', 'b'], labels: Int32Array.of(1, 1) })
  })

  test('are all rows of a file, or a sample of them', async () => {
    const dataset = [fileWith('rows.csv', numbered(9))]
    expect((await loadEvaluationRows({ dataset }, ['b', 'a'])).labels).toEqual(Int32Array.of(1, 0, 1, 0, 1, 0, 1, 0, 1))
    expect((await loadEvaluationRows({ dataset, max_eval_samples: 4 }, ['a', 'b'])).rows).toEqual(sample(9, 4))
  })

  test('must be there', async () => {
    const card = '---\nconfigs:\n- config_name: default\n  data_files: other/*\n---\n'
    await expect(loadEvaluationRows({ dataset: [folderWith({ 'README.md': card, 'a.csv': numbered(3) })] }, ['a', 'b'])).rejects.toThrow('no training split among "a.csv"')
  })

  test('must have labels that the model knows', async () => {
    await expect(loadEvaluationRows({ dataset: [fileWith('rows.csv', numbered(3))] }, ['a', 'c'])).rejects.toThrow('rows.csv, row 2 (line 3): the label "b" (rows with it: 1) does not occur in training, whose labels are "a", "c"')
  })
})

describe('the fingerprint', () => {
  const rows = [['a "b"', 'x'], ['c, d', 'y'], ['é\n', 'x'], ['e', 'y']]
  const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`
  const csv = ['text,label', ...rows.map((row) => row.map(quoted).join(','))].join('\n')
  const load = async (name: string, content: string, options: Partial<DatasetOptions> = {}) =>
    (await loadDataset({ dataset: [fileWith(name, content)], test_size: 2, ...options })).fingerprint

  test('is that of the rows, not of their files', async () => {
    const fingerprint = await load('a.csv', csv)
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(await load('b.tsv', ['Label\tid\tText', ...rows.map(([text, label]) => `${label}\t0\t${quoted(text)}`)].join('\r\n'))).toBe(fingerprint)
    expect(await load('c.jsonl', rows.map(([text, label]) => JSON.stringify({ text, label })).join('\n'))).toBe(fingerprint)
  })

  test('changes with a text, a label, a name, an order, the rows chosen', async () => {
    const others = await Promise.all([
      load('a.csv', csv),
      load('a.csv', csv.replace('c, d', 'c, D')),
      load('a.csv', csv.replace('"c, d","y"', '"c, d","x"')),
      load('a.csv', csv.replaceAll('"y"', '"z"')),
      load('a.csv', csv.replace('"e","y"', '').replace('text,label\n', 'text,label\n"e","y"\n')),
      load('a.csv', csv, { test_size: 1 }),
      load('a.csv', csv, { seed: 1 }),
      load('a.csv', csv, { max_train_samples: 1 }),
    ])
    expect(new Set(others).size).toBe(others.length)
  })
})

describe('bad input is one clear line', () => {
  const good = 'text,label\na,x\nb,y\n'
  const cases: [string, Record<string, string | Buffer>, Partial<DatasetOptions>, string][] = [
    ['an empty file', { 'train.csv': '' }, {}, 'train.csv is empty: give a file with rows'],
    ['an empty JSON array', { 'train.json': '[]' }, {}, 'train.json is empty: give a file with rows'],
    ['a file of blank lines', { 'train.csv': '\n\n' }, {}, 'train.csv is empty: give a file with rows'],
    ['an empty JSON Lines file', { 'train.jsonl': '\n' }, {}, 'train.jsonl is empty: give a file with rows'],
    ['a header alone', { 'train.csv': 'text,label\n' }, {}, 'train.csv has columns but no rows: give a file with rows'],
    ['no rows to evaluate on', { 'train.csv': good, 'test.csv': 'text,label\n' }, {}, 'test.csv has columns but no rows: give a file with rows'],
    ['no training split', { 'dev.csv': good, 'test.csv': good }, {}, 'no training split among "dev.csv", "test.csv": give one of them a name with "train" in it, or give --dataset the file alone'],
    ['a wrong text column', { 'train.csv': good }, { text_column: 'body' }, 'train.csv has no column "body", its columns are "text", "label": set --text_column'],
    ['a wrong label column', { 'train.csv': good }, { label_column: 'class' }, 'train.csv has no column "class", its columns are "text", "label": set --label_column'],
    ['a column that one file lacks', { 'train.csv': good, 'test.csv': 'text\nc\n' }, {}, 'test.csv has no column "label", its columns are "text": set --label_column'],
    ['one class only', { 'train.csv': 'text,label\na,x\nb,x\n' }, {}, 'train.csv: all training rows have the label "x" in the column "label"; a classifier needs at least two: set --label_column, or add rows'],
    ['a label that training lacks', { 'train.csv': good, 'test.csv': 'text,label\nc,x\n\nd,z\n' }, {}, 'test.csv, row 2 (line 4): the label "z" (rows with it: 1) does not occur in training, whose labels are "x", "y": correct it, or add training rows with it'],
    ['bad UTF-8', { 'train.csv': Buffer.from(`${good}caf\xe9,x\n`, 'latin1') }, {}, 'train.csv, row 3 (line 4) is not UTF-8: save the file with the encoding UTF-8'],
    ['UTF-16', { 'train.csv': Buffer.from(`\ufeff${good}`, 'utf16le') }, {}, 'train.csv, the header is not UTF-8: save the file with the encoding UTF-8'],
    ['a malformed CSV row', { 'train.csv': `${good}c,x,y\n` }, {}, 'train.csv, row 3 (line 4) is malformed: it has more or fewer cells than the header; a cell with the delimiter in it needs quotes'],
    ['a malformed JSON row', { 'train.jsonl': '{"text":"a","label":1}\n{"text":"b","label":}\n' }, {}, 'train.jsonl, row 2 is not JSON'],
    ['a missing text', { 'train.csv': `${good} ,x\n"",y\n` }, {}, 'train.csv, row 3 (line 4): no text in the column "text" (rows like it: 2): fill it in, or remove the rows'],
    ['a text that is none', { 'train.jsonl': '{"text":"a","label":1}\n{"text":5,"label":2}\n' }, {}, 'train.jsonl, row 2: the column "text" holds a value of type number where a text is needed'],
    ['a missing label', { 'train.csv': `${good}c,\n` }, {}, 'train.csv, row 3 (line 4): no label in the column "label" (rows like it: 1): fill it in, or remove the rows'],
    ['a Git LFS pointer', { 'train.parquet': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n' }, {}, 'train.parquet is a Git LFS pointer, not the data: run git lfs pull in its folder, or download it again'],
    ['too few rows to set some aside', { 'train.csv': 'text,label\na,x\nb,y\n' }, { test_size: 2 }, 'of 2 rows 2 cannot be set aside for evaluation and some be left (test_size 2): add rows, or give a smaller --test_size'],
  ]
  test.each(cases)('%s', async (_, files, options, message) => {
    const folder = folderWith(files)
    const error = await failure(loadDataset({ dataset: [folder], ...options }))
    expect(error.message.replaceAll(`${folder}/`, '')).toContain(message)
    expect(error.message).not.toMatch(/[\r\n]/)
    expect(readdirSync(folder)).toEqual(Object.keys(files).sort())
  })

  test.each([
    ['unlabelled.parquet', 'unlabelled.parquet, row 2: the label "-1" in the column "label" is none of its 2 classes'],
    ['out_of_range.parquet', 'out_of_range.parquet, row 2: the label "2" in the column "label" is none of its 2 classes'],
    ['not_utf8.parquet', 'not_utf8.parquet, row 2 is not UTF-8'],
  ])('%s', async (file, message) => {
    expect((await failure(loadDataset({ dataset: [`${golden}${file}`] }))).message).toContain(message)
  })

  test.each([
    ['half', 'row 2: "2.5" in the column "half" is no label'],
    ['list', 'row 1: "[ 1n ]" in the column "list" is no label'],
  ])('a Parquet column of %s as labels of which a text has one', async (label_column, message) => {
    const error = await failure(loadDataset({ dataset: [`${golden}types.parquet`], text_column: 'string', label_column, problem_type: 'single_label_classification' }))
    expect(error.message).toContain(message)
  })

  test('a file of another type', async () => {
    const error = await failure(loadDataset({ dataset: [fileWith('train.xlsx', 'x')] }))
    expect(error.message).toMatch(/train\.xlsx is of no type that can be read: give files that end in \.parquet, \.csv/)
  })

  test('control characters from data do not reach the message', async () => {
    const error = await failure(loadDataset({ dataset: [fileWith('a.csv', 'text,label\na,"\u001b[31mx\n\u2028"\n')] }))
    expect(error.message).toContain('the label " [31mx " in')
  })

  async function failure(loading: Promise<Dataset>): Promise<UserError> {
    const error = await loading.then(() => undefined, (reason: unknown) => reason)
    expect(error).toBeInstanceOf(UserError)
    return error as UserError
  }
})

describe.skipIf(!shared)('AG News', () => {
  const reference = shared && JSON.parse(readFileSync(`${shared}/ag_news/shuffle_seed42.json`, 'utf8'))
  const sha256 = (texts: string[]) => createHash('sha256').update(texts.join('\n')).digest('hex')

  test.each(['ag_news_partial', 'ag_news_120k_resampled'])('%s: the 1,000 and 1,000 rows of the tutorial', async (name) => {
    const dataset = await loadDataset({ dataset: [`${shared}/ag_news/${name}`], max_train_samples: 1000, max_eval_samples: 1000 })
    const { train, evaluation } = dataset
    expect(dataset.labelNames).toEqual(['World', 'Sports', 'Business', 'Sci/Tech'])
    expect(evaluation.name).toBe('test')
    for (const [split, expected] of [[train, reference[`${name}.train`]], [evaluation, reference.test]]) {
      expect([...split.rows]).toEqual(expected.indices)
      expect(sha256(split.texts)).toBe(expected.sha256_all_1000_texts_joined_by_newline)
      expect([0, 1, 2].map((row) => ({ text: split.texts[row], label: split.labels[row] }))).toMatchObject(expected.first3)
      for (const label of [0, 1, 2, 3]) expect(split.labels.filter((each: number) => each === label)).toHaveLength(expected.label_counts[label])
    }
  })

  test('all rows', async () => {
    const { train, evaluation } = await loadDataset({ dataset: [`${shared}/ag_news/ag_news_120k_resampled`] })
    expect([train.texts.length, evaluation.texts.length]).toEqual([120_000, 7_600])
    expect(train.rows).toEqual(Int32Array.from({ length: 120_000 }, (_, row) => row))
  })
})
