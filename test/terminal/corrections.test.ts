/** The rows behind a run's result, and labels that a person puts right between two runs. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addCorrection } from '../../src/data/corrections.ts'
import { textHash } from '../../src/data/textHash.ts'
import { eventsOf, Place, type Ended } from './finetune.ts'

const place = new Place()
const rows = Array.from({ length: 60 }, (_, row) => `"${['red', 'blue'][row % 2]} thing\nnumber ${row}",${['warm', 'cold'][row % 2]}`)
place.write('rows.csv', `text,label\n${rows.join('\n')}\n`)
const model = place.tinyModel('model')
const train = (output_dir: string) => place.finetune([
  'train', '--model_name_or_path', model, '--dataset', 'rows.csv', '--test_size', '0.3', '--num_train_epochs', '2', '--output_dir', output_dir, '--json',
])
const json = (run: string, name: string) => JSON.parse(readFileSync(place.path(run, name), 'utf8'))
const predictions = (run: string) => readFileSync(place.path(run, 'predictions.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line))

let first: Ended
beforeAll(async () => {
  first = await train('first')
  expect(first).toMatchObject({ code: 0 })
}, 60_000)
afterAll(() => place.remove())

test('a finished run keeps the rows that its best evaluation counted', () => {
  const best = eventsOf(first, 'evaluate').findLast((event) => event.best)!
  const names = best.per_class.map(({ label }) => label)
  const counts = names.map((label) => names.map((predicted) => predictions('first').filter((row) => row.label === label && row.predicted === predicted).length))
  expect(counts).toEqual(best.confusion_matrix)
  const csv = readFileSync(place.path('rows.csv'), 'utf8').split('\n')
  for (const { file, line, row, text, label, score } of predictions('first')) {
    expect(file).toBe(place.path('rows.csv'))
    expect(line).toBe(2 * row)
    expect(`"${text}",${label}`).toBe(csv.slice(line - 1, line + 1).join('\n'))
    expect(score).toBeGreaterThanOrEqual(0.5)
  }
})

test('the next run learns and is measured with corrected labels, says so and records them', async () => {
  const [evaluated] = predictions('first')
  const other = evaluated.label === 'warm' ? 'cold' : 'warm'
  await addCorrection(place.path('rows.csv'), { text_sha256: textHash(evaluated.text), label_column: 'label', label: other, was: evaluated.label, text: evaluated.text, row: evaluated.row })
  const second = await train('second')
  expect(second).toMatchObject({ code: 0 })
  expect(eventsOf(second, 'notice').map(({ text }) => text)).toContain('labels corrected by hand, other than in the data: 0 of the training rows, 1 of the evaluation rows')
  expect(predictions('second').find(({ text }) => text === evaluated.text).label).toBe(other)
  expect(json('second', 'run.json').corrections).toEqual([{ text_sha256: textHash(evaluated.text), label: other }])
  expect(json('first', 'run.json').corrections).toEqual([])
})

test('a finished run that has not learnt a correction says so, one that has does not', async () => {
  const hint = /corrected since it began/
  expect(await train('first')).toMatchObject({ code: 0, stderr: expect.stringMatching(hint) })
  expect(await train('second')).toMatchObject({ code: 0, stderr: expect.not.stringMatching(hint) })
})
