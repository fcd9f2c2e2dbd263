import { mkdirSync } from 'node:fs'
import { relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findDataFiles } from '../../src/data/dataFiles.ts'
import golden from '../golden/data/split_names.json' with { type: 'json' }
import { folderWith } from './files.ts'

/** The splits of a folder, with paths relative to it. */
async function splitsOf(files: readonly string[], card?: string): Promise<Record<string, string[]>> {
  const content = Object.fromEntries(files.map((file) => [file, 'text,label\n']))
  const folder = folderWith(card === undefined ? content : { ...content, 'README.md': `---\n${card}---\n\n# A card\n` })
  const { splits } = await findDataFiles([folder])
  return Object.fromEntries([...splits].map(([split, paths]) => [split, paths.map((path) => relative(folder, path).replaceAll('\\', '/'))]))
}

/** `random` is a split of no use here. */
const cases = golden as { files: string[], card?: string, splits: { [split: string]: string[] | undefined } }[]

describe('a folder has the splits that datasets finds in it', () => {
  test.each(cases)('$files $card', async ({ files, card, splits }) => {
    const { random: _, ...known } = splits
    expect(await splitsOf(files, card)).toEqual(known)
  })
})

describe('where datasets finds no training split, or every file in it', () => {
  test('capital letters do not count', async () => {
    expect(await splitsOf(['Train.csv', 'TEST.csv'])).toEqual({ train: ['Train.csv'], test: ['TEST.csv'] })
  })

  test('files without a keyword are for training', async () => {
    expect(await splitsOf(['news.csv', 'test.csv'])).toEqual({ train: ['news.csv'], test: ['test.csv'] })
  })

  test('files beside the data are none', async () => {
    expect(await splitsOf(['news.jsonl', 'dataset_infos.json', 'state.json', 'notes.txt'])).toEqual({ train: ['news.jsonl'] })
  })
})

describe('a card', () => {
  test('names the classes, for its default subset', async () => {
    const info = (config: string, name: string) => `- config_name: ${config}\n  features:\n  - name: text\n    dtype: string\n  - name: label\n    dtype:\n      class_label:\n        names:\n          '0': ${name}\n          '1': 2\n`
    const card = `---\ndataset_info:\n${info('other', 'zero')}${info('default', 'one')}configs:\n- config_name: other\n  data_files: x.csv\n- config_name: default\n  data_files: a.csv\n---\n`
    const { classNames } = await findDataFiles([folderWith({ 'README.md': card, 'a.csv': 'x' })])
    expect(classNames).toEqual(new Map([['label', ['one', '2']]]))
  })

  test('without a YAML block, or with one on other things, changes nothing', async () => {
    expect(await splitsOf(['train.csv'], 'license: mit\ndataset_info: unusual\n')).toEqual({ train: ['train.csv'] })
    const folder = folderWith({ 'README.md': '# Not a card\n---\nconfigs: 3\n---\n', 'train.csv': 'x' })
    expect([...(await findDataFiles([folder])).splits.keys()]).toEqual(['train'])
  })

  test('cannot reach beyond its folder', async () => {
    expect(await splitsOf(['a.csv'], 'configs:\n- config_name: default\n  data_files: ../../*\n')).toEqual({})
  })

  test.each([
    ['configs:\n- config_name: a\n  data_files: a.csv\n- config_name: b\n  data_files: b.csv\n', 'README.md names several subsets ("a", "b") and none as the default'],
    ['configs: [\n', 'README.md describes its files in a way that cannot be read (Flow sequence'],
    ['configs:\n- config_name: a\n  data_files: 3\n', 'README.md describes its files in a way that cannot be read'],
  ])('%j is refused', async (card, message) => {
    await expect(splitsOf(['a.csv', 'b.csv'], card)).rejects.toThrow(message)
  })
})

describe('files', () => {
  async function splitsOfFiles(...names: string[]) {
    const folder = folderWith(Object.fromEntries(names.map((name) => [name, 'x'])))
    const { splits } = await findDataFiles(names.map((name) => `${folder}/${name}`))
    return Object.fromEntries([...splits].map(([split, paths]) => [split, paths.map((path) => relative(folder, path).replaceAll('\\', '/'))]))
  }

  test('one alone is for training, whatever its name or folder', async () => {
    expect(await splitsOfFiles('test/eval.csv')).toEqual({ train: ['test/eval.csv'] })
  })

  test('of several, those that name no other split are, in the order given', async () => {
    expect(await splitsOfFiles('test/b.csv', 'a.csv', 'my-train.csv', 'dev.csv')).toEqual({ train: ['test/b.csv', 'a.csv', 'my-train.csv'], validation: ['dev.csv'] })
  })

  test('none for training', async () => {
    expect(await splitsOfFiles('dev.csv', 'test.csv')).toEqual({ validation: ['dev.csv'], test: ['test.csv'] })
  })
})

describe('refused', () => {
  test.each([
    ['no/such/folder/train.csv', 'no file or folder at no/such/folder/train.csv: check --dataset'],
    ['./ag_news', 'no file or folder at ./ag_news: check --dataset'],
    ['missing.csv', 'no file or folder at missing.csv: check --dataset'],
    ['fancyzhx/ag_news', 'no file or folder at fancyzhx/ag_news: check --dataset'],
  ])('%s', async (path, message) => {
    await expect(findDataFiles([path])).rejects.toThrow(message)
  })

  test('a folder without data files', async () => {
    const folder = folderWith({ 'notes.txt': 'x', 'data.arrow': 'x' })
    mkdirSync(`${folder}/empty`)
    await expect(findDataFiles([folder])).rejects.toThrow('put files there that end in .parquet, .csv, .tsv, .json, .jsonl, .ndjson')
  })

  test('a folder beside other things', async () => {
    const folder = folderWith({ 'a.csv': 'x' })
    await expect(findDataFiles([folder, `${folder}/a.csv`])).rejects.toThrow('is a folder: give --dataset either one folder or files')
  })

  test.each([
    [['train.csv', 'train.parquet'], 'the train split in'],
    [['train-test.csv'], 'the name of train-test.csv is that of two splits'],
  ])('%j', async (files, message) => {
    await expect(splitsOf(files)).rejects.toThrow(message)
  })
})
