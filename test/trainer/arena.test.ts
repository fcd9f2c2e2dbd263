import { expect, test } from 'vitest'
import type { Batch } from '../../src/models/layouts/batch.ts'
import { packedBatch } from '../../src/models/layouts/packedBatch.ts'
import { UsedRows } from '../../src/models/layouts/batch.ts'
import type { Device } from '../../src/runtime/device.ts'
import { Arena } from '../../src/trainer/arena.ts'
import { device } from '../graph/run.ts'
import { randomTexts } from '../models/tinyModels.ts'

/** A device whose arena has that name, and what is asked for on it. */
function watched(arena: string | undefined): { on: Device, asked: unknown[], runs: () => number } {
  const asked: unknown[] = []
  let runs = 0
  const load: Device['load'] = (...args) => {
    const session = device.load(...args)
    const bind = session.bind.bind(session)
    session.bind = (options) => {
      asked.push(options)
      const binding = bind(options)
      const run = binding.run.bind(binding)
      binding.run = () => (runs++, run())
      return binding
    }
    return session
  }
  return { on: { ...device, arena, load }, asked, runs: () => runs }
}

function batchOf(lengths: number[]): Batch {
  const texts = randomTexts(lengths)
  return packedBatch(texts, new UsedRows(texts))
}

test('the arena of the device is emptied before a batch that is larger than all before', async () => {
  const { on, asked, runs } = watched('cpu:0')
  const arena = new Arena(on)
  expect(asked).toEqual([{ shrinks: 'cpu:0' }])
  const after: number[] = []
  for (const lengths of [[40, 40], [40], [60, 60], [60, 50], [100]]) {
    await arena.before(batchOf(lengths))
    after.push(runs())
  }
  expect(after).toEqual([1, 1, 2, 2, 3])
})

test('a device without an arena is let alone, and so is one that turns out to have none', async () => {
  const without = watched(undefined)
  await new Arena(without.on).empty()
  expect(without.asked).toEqual([])
  const refused = watched('gpu:0')
  const arena = new Arena(refused.on)
  for (let time = 0; time < 3; time++) await arena.empty()
  expect(refused.runs()).toBe(1)
})
