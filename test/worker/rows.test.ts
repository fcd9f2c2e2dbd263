import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { loadDataset } from '../../src/data/dataset.ts'
import { predictionsFile, writePredictions } from '../../src/data/predictions.ts'
import { correct, corrections, csvEdits, place, rows, undo } from '../../src/worker/rows.ts'
import { fileWith } from '../data/files.ts'

const csv = 'topic,what they wrote\r\ncold,"ice, ""dry"""\r\nwarm,"sun\r\nshine"\r\nwarm,fire\r\ncold,snow\r\n'
const mistakes = { filter: { kind: 'mistakes' as const }, from: 0, count: 10 }

/** A run in which every row was taken for warm. */
async function run() {
  const file = fileWith('rows.csv', csv)
  const { evaluation, labelNames } = await loadDataset({ dataset: [file], text_column: 'what they wrote', label_column: 'topic', test_size: 3 })
  const scores = Float32Array.from(evaluation.rows, (row) => 0.9 - row / 10)
  await writePredictions(join(dirname(file), predictionsFile), evaluation, labelNames, { labels: new Int32Array(3).fill(1), scores })
  return { file, of: { folder: dirname(file), text_column: 'what they wrote', label_column: 'topic', places: [file] }, evaluated: [...evaluation.rows].sort() }
}

test('a label that is put right is shown at its row and in the list, until it is undone', async () => {
  const { of, file } = await run()
  const [row] = (await rows({ ...of, ...mistakes })).rows
  expect(row).toMatchObject({ label: 'cold', predicted: 'warm', file })
  expect(row.correction).toBeUndefined()
  await correct({ ...of, index: row.index, label: 'warm' })

  expect((await rows({ ...of, ...mistakes })).rows[0]).toEqual({ ...row, correction: 'warm' })
  const { corrections: [correction], csvFiles } = await corrections(of)
  expect(correction).toMatchObject({ text: row.text, was: 'cold', label: 'warm', file: 'rows.csv', row: row.row })
  expect(csvFiles).toEqual([file])
  expect(readFileSync(file, 'utf8')).toBe(csv)

  await undo({ ...of, text_sha256: correction.text_sha256 })
  expect((await corrections(of)).corrections).toEqual([])
  expect((await rows({ ...of, ...mistakes })).rows[0]).toEqual(row)
})

test('corrections become edits of an editor\'s text, which may have changed since it was saved', async () => {
  const { of, file } = await run()
  const [row] = (await rows({ ...of, ...mistakes })).rows
  await correct({ ...of, index: row.index, label: 'warm' })
  const unsaved = `${csv}cold,hail\r\n`.replaceAll('\r\n', '\n')
  const edits = await csvEdits({ ...of, file, csv: unsaved })
  expect(edits.map(({ start, end, text }) => [unsaved.slice(start, end), text])).toEqual([['cold', 'warm']])
  const line = unsaved.slice(0, edits[0].start).split('\n').length
  expect(unsaved.split('\n')[line - 1]).toContain(row.text.replaceAll('"', '""'))
})

test('a row is found where it lies now, and kept where the file is gone', async () => {
  const { of, file, evaluated } = await run()
  const all = (await rows({ ...of, filter: { kind: 'cell', label: 'warm', predicted: 'warm' }, from: 0, count: 10 })).rows.concat((await rows({ ...of, ...mistakes })).rows)
  const last = all.find(({ row }) => row === evaluated.at(-1)! + 1)!
  const lines = [0, 2, 3, 5, 6]
  expect(await place({ ...of, index: last.index })).toEqual({ row: { ...last, correction: undefined }, isThere: true, line: lines[last.row] })

  writeFileSync(file, csv.replace('\r\n', '\r\nwarm,"a new\r\nrow"\r\n'))
  expect(await place({ ...of, index: last.index })).toMatchObject({ row: { row: last.row + 1, text: last.text }, isThere: true, line: lines[last.row] + 2 })
  writeFileSync(file, csv.replace(last.text.replaceAll('"', '""'), 'something else'))
  expect(await place({ ...of, index: last.index })).toMatchObject({ row: { row: last.row, text: last.text }, isThere: false })
  rmSync(file)
  expect(await place({ ...of, index: last.index })).toMatchObject({ row: { text: last.text }, isThere: false })
  expect((await rows({ ...of, ...mistakes })).total).toBeGreaterThan(0)
  await expect(correct({ ...of, index: last.index, label: 'warm' })).rejects.toThrow('cannot be read')
})

test('only files of the run\'s own data are read, whatever the run folder names', async () => {
  const { of, file } = await run()
  const [row] = (await rows({ ...of, ...mistakes })).rows
  await correct({ ...of, index: row.index, label: 'warm' })
  const shown = { ...row, correction: undefined }
  for (const places of [[], [join(dirname(file), 'other')], [`${file}.csv`]]) {
    const elsewhere = { ...of, places }
    expect((await rows({ ...elsewhere, ...mistakes })).rows[0]).toEqual(shown)
    expect(await corrections(elsewhere)).toEqual({ corrections: [], csvFiles: [] })
    expect(await place({ ...elsewhere, index: row.index })).toEqual({ row: shown, isThere: false })
    await expect(correct({ ...elsewhere, index: row.index, label: 'cold' })).rejects.toMatchObject({ code: 'data.file-unreadable' })
    await expect(csvEdits({ ...elsewhere, file, csv })).rejects.toMatchObject({ code: 'data.file-unreadable' })
  }
  expect((await corrections({ ...of, places: [dirname(file)] })).corrections).toHaveLength(1)
})

test.skipIf(process.platform === 'win32')('a pipe in the place of the data is not waited for', async () => {
  const { of, file } = await run()
  const [row] = (await rows({ ...of, ...mistakes })).rows
  rmSync(file)
  execFileSync('mkfifo', [file])
  expect((await corrections(of)).corrections).toEqual([])
  expect(await place({ ...of, index: row.index })).toMatchObject({ isThere: false })
})
