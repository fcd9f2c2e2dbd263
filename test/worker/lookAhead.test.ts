import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import { quick } from '../../src/protocol/presets.ts'
import { loadDataset } from '../../src/data/dataset.ts'
import { loadTokenizer } from '../../src/data/tokenizer.ts'
import { LookAhead } from '../../src/worker/lookAhead.ts'
import { fileWith, folderWith } from '../data/files.ts'

const ahead = new LookAhead()

function settings(dataset: readonly string[], given: Record<string, unknown> = {}) {
  return checkSettings({ ...quick, dataset, output_dir: join(tmpdir(), 'no-such-run'), ...given })
}

function csv(rows: number): string {
  return ['text,label', ...Array.from({ length: rows }, (_, row) => `text ${row},${row % 4 === 0 ? 'rare' : 'common'}`)].join('\n')
}

test('shows the rows that training will read, each label with its count in both splits', async () => {
  const { columns, preview, problem } = await ahead.preview(settings([fileWith('rows.csv', csv(20))]))
  expect(problem).toBeUndefined()
  expect(columns).toEqual(['text', 'label'])
  expect(preview).toMatchObject({ text_column: 'text', label_column: 'label', labels: ['common', 'rare'], train: { rows: 18, available: 18 }, evaluation: { rows: 2, available: 2 } })
  expect([0, 1].map((label) => preview!.train.counts[label] + preview!.evaluation.counts[label])).toEqual([15, 5])
  expect(preview!.first.length).toBe(5)
  for (const { text, label } of preview!.first) expect(label).toBe(Number(text.slice(5)) % 4 === 0 ? 'rare' : 'common')
})

test('what one should know of the rows is told as the trainer tells it', async () => {
  const file = fileWith('rows.csv', `${csv(40)}\ntext 1,rare\ntext 2,common\n`)
  const { preview } = await ahead.preview(settings([file]))
  expect(preview!.notices).toEqual((await loadDataset({ dataset: [file] })).notices)
  expect(preview!.notices.map(({ code }) => code)).toContain('data.own-split')
})

test('rows are read anew: a file that was put right is', async () => {
  const folder = folderWith({ 'rows.csv': 'text,label\na,x\nb\n' })
  const given = settings([join(folder, 'rows.csv')])
  const { problem } = await ahead.preview(given)
  expect(problem).toMatchObject({ code: 'data.csv-malformed', args: { file: join(folder, 'rows.csv') } })
  writeFileSync(join(folder, 'rows.csv'), csv(20))
  expect((await ahead.preview(given)).preview!.train.rows).toBe(18)
})

test('tells the columns also where it does not know which to read', async () => {
  const { columns, preview, problem } = await ahead.preview(settings([fileWith('rows.csv', 'a,b\n1,2\n3,4\n')]))
  expect(columns).toEqual(['a', 'b'])
  expect(preview).toBeUndefined()
  expect(problem?.code).toBe('data.column-not-found')
})

test('a file that is not there is a problem, not a crash', async () => {
  const { columns, problem } = await ahead.preview(settings([join(tmpdir(), 'none.csv')]))
  expect(columns).toEqual([])
  expect(problem?.code).toBe('data.file-missing')
})

test('lengths in tokens, special ones included, up to the model\'s own limit whatever max_length is', async () => {
  const texts = ['one', 'one two three', `${'word '.repeat(2000)}`, 'four', 'five', 'six']
  const file = fileWith('rows.csv', ['text,label', ...texts.map((text, row) => `${text},${row % 2}`)].join('\n'))
  const given = settings([file], { validation_file: file, max_length: 4 })
  const { counts, beyond, limit } = await ahead.lengths(given)
  const tokenizer = await loadTokenizer(given.model_name_or_path, { maxPositions: limit, vocabSize: 8000 })
  const lengths = texts.map((text) => tokenizer.encode(text).ids.length)
  expect(beyond).toBe(1)
  expect(limit).toBe(lengths[2])
  const expected = new Array<number>(Math.max(...lengths.filter((length) => length < limit)) + 1).fill(0)
  for (const length of lengths) if (length < limit) expected[length]++
  expect(counts).toEqual(expected)
})

test('an estimate: more rows take longer, and what the tutorial takes is told beside all', async () => {
  const file = fileWith('rows.csv', csv(3000))
  const all = (await ahead.estimate({ settings: settings([file]), token: null, leaveOneCoreFree: true }))!
  const few = (await ahead.estimate({ settings: settings([file], { max_train_samples: 1000, max_eval_samples: 1000 }), token: null, leaveOneCoreFree: true }))!
  expect(await ahead.device(true)).toMatchObject({ device: 'cpu' })
  expect(all).toMatchObject({ max_steps: 3 * Math.ceil(2700 / 16) })
  expect(all.seconds).toBe(all.choices!.all)
  expect(few.max_steps).toBe(3 * Math.ceil(1000 / 16))
  expect(few.choices!.tutorial).toBe(few.seconds)
  expect(few.seconds).toBeLessThan(all.seconds)
  expect(all.memory_bytes).toBeLessThan(all.machine_bytes)
  expect((await ahead.estimate({ settings: settings([fileWith('rows.csv', csv(500))]), token: null, leaveOneCoreFree: true }))!.choices).toBeUndefined()
})

test('what the trainer would refuse is refused', async () => {
  const file = fileWith('rows.csv', csv(20))
  await expect(ahead.estimate({ settings: settings([file], { max_length: 100_000 }), token: null, leaveOneCoreFree: true })).rejects.toMatchObject({ code: 'tokenizer.max-length' })
  await expect(ahead.lengths(settings([file], { model_name_or_path: join(tmpdir(), 'no-model') }))).rejects.toMatchObject({ code: 'model.folder-missing' })
})
