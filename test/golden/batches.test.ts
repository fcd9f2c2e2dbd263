import { expect, test } from 'vitest'
import { microBatches } from '../../golden/batches.ts'

const row = (label: number) => ({ ids: Int32Array.of(label), label })
const batches = [[row(0), row(1)], [row(2)], [row(3), row(4), row(5)]]
const labels = (steps: ReturnType<typeof microBatches>) => steps.map((micro) => micro.map((rows) => rows.map(({ label }) => label)))

test('batches are steps one after the other, over again when they are used up', () => {
  expect(labels(microBatches(batches, [{}, {}, {}, {}], 1))).toEqual([[[0, 1]], [[2]], [[3, 4, 5]], [[0, 1]]])
})

test('so many batches make a step; a step of fewer says so by its losses', () => {
  expect(labels(microBatches(batches, [{}, { micro_losses: [1] }], 2))).toEqual([[[0, 1], [2]], [[3, 4, 5]]])
})

test('micro_rows cut the rows, wherever batches end', () => {
  expect(labels(microBatches(batches, [{ micro_rows: [2, 1] }, { micro_rows: [1, 2] }], 2))).toEqual([[[0, 1], [2]], [[3], [4, 5]]])
  expect(labels(microBatches(batches, [{ micro_rows: [1, 1] }, { micro_rows: [1] }], 2))).toEqual([[[0], [1]], [[2]]])
})
