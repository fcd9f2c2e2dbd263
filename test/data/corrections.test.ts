import { appendFileSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { addCorrection, correctionsFile, correctionsFor, readCorrections } from '../../src/data/corrections.ts'
import { loadDataset } from '../../src/data/dataset.ts'
import { textHash } from '../../src/data/textHash.ts'
import { packageFile } from '../../src/protocol/packageRoot.ts'
import { fileWith, folderWith } from './files.ts'

const correction = (text: string, label: string | null, label_column = 'label') => ({ text_sha256: textHash(text), label_column, label, was: 'cold', text, row: 1 })
const said = async (file: string) => (await readCorrections([file])).map(({ text, label }) => [text, label])

test('the last correction of a text wins, and an undone one is gone', async () => {
  const file = fileWith('rows.csv', '')
  await addCorrection(file, correction('tea', 'warm'))
  await addCorrection(file, correction('ice', 'warm'))
  await addCorrection(file, correction('tea', 'hot'))
  expect(await said(file)).toEqual([['ice', 'warm'], ['tea', 'hot']])
  await addCorrection(file, correction('tea', null))
  expect(await said(file)).toEqual([['ice', 'warm']])
  expect(readFileSync(correctionsFile(file), 'utf8').trim().split('\n')).toHaveLength(4)
})

test('a line that a kill tore is passed over, and the next one stands on a line of its own', async () => {
  const file = fileWith('rows.csv', '')
  await addCorrection(file, correction('tea', 'warm'))
  appendFileSync(correctionsFile(file), '{"text_sha256":"12')
  await addCorrection(file, correction('ice', 'warm'))
  expect(await said(file)).toEqual([['tea', 'warm'], ['ice', 'warm']])
})

test('corrections lie beside the data, those of data that is not the person\'s own with the user', () => {
  expect(correctionsFile('/data/shop/rows.csv')).toBe(join('/data/shop', '.finetune', 'corrections.jsonl'))
  expect(correctionsFile('/home/me/.cache/huggingface/hub/datasets--fancyzhx--ag_news/snapshots/abc/data/train.parquet')).toMatch(/corrections[\\/]datasets--fancyzhx--ag_news\.jsonl$/)
  const sample = correctionsFile(packageFile('embedded', 'news-sample', 'train.csv'))
  expect(dirname(sample)).not.toContain('embedded')
})

test('a correction is one of a column: the same text may have other labels in another', async () => {
  const file = fileWith('rows.csv', '')
  await addCorrection(file, correction('tea', '1', 'Toxic '))
  expect(await correctionsFor([file], 'toxic')).toHaveLength(1)
  expect(await correctionsFor([file], 'obscene')).toEqual([])
})

test('a text is the same under other line breaks', () => {
  expect(textHash('a\r\nb\rc')).toBe(textHash('a\nb\nc'))
  expect(textHash('a\nb')).not.toBe(textHash('a b'))
})

test('training and evaluation rows are loaded with corrected labels, and how many is told', async () => {
  const folder = folderWith({ 'train.csv': 'text,label\ntea,cold\nice,cold\nsun,warm\ntea,cold\n', 'test.csv': 'text,label\ntea,cold\nsnow,cold\n' })
  const train = join(folder, 'train.csv')
  await addCorrection(train, correction('tea', 'warm'))
  await addCorrection(train, correction('snow', 'freezing')) // no label of this data
  await addCorrection(train, correction('sun', 'warm')) // as the data has it
  const { labelNames, train: rows, evaluation, corrections, notices } = await loadDataset({ dataset: [folder] })
  expect(labelNames).toEqual(['cold', 'warm'])
  expect([...rows.labels]).toEqual([1, 0, 1, 1])
  expect([...evaluation.labels]).toEqual([1, 0])
  expect(corrections).toEqual([{ text_sha256: textHash('tea'), label: 'warm' }])
  expect(notices.find(({ code }) => code === 'data.corrected')?.args).toEqual({ train: 2, evaluation: 1 })
})

test('a run that goes on keeps the corrections it began with', async () => {
  const file = fileWith('rows.csv', 'text,label\ntea,cold\nice,cold\nsun,warm\nfire,warm\n')
  const before = await loadDataset({ dataset: [file] })
  await addCorrection(file, correction('tea', 'warm'))
  const corrected = await loadDataset({ dataset: [file] })
  expect(corrected.fingerprint).not.toBe(before.fingerprint)
  expect((await loadDataset({ dataset: [file], corrections: before.corrections })).fingerprint).toBe(before.fingerprint)
  await addCorrection(file, correction('tea', null))
  expect((await loadDataset({ dataset: [file], corrections: corrected.corrections })).fingerprint).toBe(corrected.fingerprint)
})
