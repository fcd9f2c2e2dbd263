import { appendFileSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { loadDataset } from '../../src/data/dataset.ts'
import { hashOf, predictionsFile, readPrediction, readPredictions, writePredictions } from '../../src/data/predictions.ts'
import { textHash } from '../../src/data/textHash.ts'
import { fileWith } from './files.ts'

/** By row, 0 being cold and 1 warm: only the third is right. */
const predicted = [0, 1, 1, 1]

/** Four rows of a CSV file, three of them evaluated: the second has a text of two lines, the last is long. */
async function run() {
  const long = 'x'.repeat(5000)
  const file = fileWith('rows.csv', `text,label\nred,warm\n"sky\r\nblue",cold\norange,warm\n${long},cold\n`)
  const { evaluation, labelNames } = await loadDataset({ dataset: [file], test_size: 3 })
  const order = [...evaluation.rows]
  const labels = Int32Array.from(order, (row) => predicted[row])
  await writePredictions(join(dirname(file), predictionsFile), evaluation, labelNames, { labels, scores: Float32Array.from(order, (row) => 0.5 + row / 10) })
  return { file, folder: dirname(file), order, long }
}

test('each row is kept with its place, its text, its label and what the model says', async () => {
  const { file, folder, order } = await run()
  const rows = readFileSync(join(folder, predictionsFile), 'utf8').trim().split('\n').map((line) => JSON.parse(line))
  expect(rows.map(({ row }) => row)).toEqual(order.map((row) => row + 1))
  const second = rows[order.indexOf(1)]
  expect(second).toEqual({ file, row: 2, line: 3, text: 'sky\r\nblue', label: 'cold', predicted: 'warm', score: expect.closeTo(0.6) })
})

test('mistakes come the most confident first, page by page', async () => {
  const { folder, order } = await run()
  const wrong = order.filter((row) => row !== 2)
  const { total, rows } = await readPredictions(folder, { kind: 'mistakes' }, 0, 10)
  expect(total).toBe(wrong.length)
  expect(rows.map(({ row }) => row)).toEqual([...wrong].sort((a, b) => b - a).map((row) => row + 1))
  const page = await readPredictions(folder, { kind: 'mistakes' }, 1, 1)
  expect(page).toEqual({ total, rows: [rows[1]] })
})

test('a cell of the confusion matrix has its rows', async () => {
  const { folder, order } = await run()
  const cell = await readPredictions(folder, { kind: 'cell', label: 'cold', predicted: 'warm' }, 0, 10)
  expect(cell.rows.map(({ row }) => row).sort()).toEqual(order.filter((row) => row === 1 || row === 3).map((row) => row + 1).sort())
  expect((await readPredictions(folder, { kind: 'cell', label: 'cold', predicted: 'cold' }, 0, 10)).total).toBe(0)
})

test('a long text is cut, and still known by its hash', async () => {
  const { folder, order, long } = await run()
  const row = await readPrediction(folder, order.indexOf(3))
  expect(row.text).toBe('x'.repeat(4000))
  expect(hashOf(row)).toBe(textHash(long))
  expect(hashOf(await readPrediction(folder, order.indexOf(1)))).toBe(textHash('sky\nblue'))
})

test('what is no prediction is left out, and a run without any says so', async () => {
  const { folder, order } = await run()
  appendFileSync(join(folder, predictionsFile), '{"file": 1}\nno JSON\n')
  expect((await readPredictions(folder, { kind: 'mistakes' }, 0, 10)).total).toBe(order.filter((row) => row !== 2).length)
  await expect(readPredictions(join(folder, 'none'), { kind: 'mistakes' }, 0, 10)).rejects.toThrow('keeps no predictions')
})
