import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import { preflight } from '../../src/trainer/preflight.ts'
import { Plan } from '../../src/trainer/stepPlan.ts'
import { device } from '../graph/run.ts'
import { openEngine } from './engines.ts'

const engine = openEngine({ family: 'distilbert', layout: 'packed', optimizer: 'wasm' })
const parameterBytes = [...engine.optimizer.slots.values()].reduce((sum, { value }) => sum + value.byteLength, 0)

/** What is ahead of a run on 100 rows, evaluated on 10. `sample`: the lengths of some texts. */
function ahead(given: Record<string, unknown> = {}, sample = [8, 12, 20]) {
  const settings = checkSettings({ model_name_or_path: 'm', dataset: 'd', ...given })
  return preflight({
    settings, device, reason: 'so', productRate: 1e9, engine, maxLength: 40, folder: tmpdir(), plan: new Plan(100, settings),
    rows: { train: 100, evaluation: 10 }, labelNames: ['a', 'b', 'c'],
    lengths: { sample: Int32Array.from(sample), truncatedShare: 0.25 },
  })
}

test('rows, steps, labels and the share of truncated texts', () => {
  expect(ahead({ num_train_epochs: 2 })).toMatchObject({
    device: 'cpu', device_reason: 'so', train_rows: 100, eval_rows: 10, label_names: ['a', 'b', 'c'], max_steps: 14, num_train_epochs: 2, truncated_share: 0.25, max_length: 40,
  })
})

test.each([
  ['a checkpoint for each epoch', {}, 3],
  ['as many as are kept, and the one that is written before another goes', { save_total_limit: 1, num_train_epochs: 5 }, 3],
  ['no more than there are', { save_total_limit: 7 }, 3],
  ['one at the end', { save_strategy: 'no', eval_strategy: 'no', load_best_model_at_end: false }, 1],
  ['one at each interval', { max_steps: 12, save_strategy: 'steps', save_steps: 4, eval_strategy: 'steps', eval_steps: 4 }, 3],
])('disk: %s, of value and two moments, then the model twice', (_, given, checkpoints) => {
  expect(ahead(given).disk_bytes).toBe((checkpoints * 3 + 2) * parameterBytes)
})

test('memory: the longest batch of the sample counts, and larger batches take more', () => {
  const bytes = (...input: Parameters<typeof ahead>) => ahead(...input).memory_bytes
  const one = bytes({ per_device_train_batch_size: 2 }, [10, 10])
  expect(bytes({ per_device_train_batch_size: 2 }, [10, 10, 10, 10])).toBe(one)
  const longer = bytes({ per_device_train_batch_size: 2 }, [10, 10, 40, 40])
  expect(longer - one).toBeGreaterThan(0)
  expect(bytes({ per_device_train_batch_size: 2 }, [40, 40, 10, 10])).toBe(longer)
  expect(bytes({ per_device_train_batch_size: 2 }, [...Array<number>(70).fill(10), 40, 40, ...Array<number>(60).fill(10)])).toBe(longer)
  expect(bytes({ per_device_train_batch_size: 4 }, [10, 10, 40, 40])).toBeGreaterThan(longer)
  expect(bytes({ per_device_train_batch_size: 2, gradient_accumulation_steps: 2 }, [10, 10])).toBeGreaterThan(one)
})

test('time: of many batches some of each size stand for all', () => {
  const seconds = (sample: number[]) => ahead({ per_device_train_batch_size: 2 }, sample).estimated_seconds!
  const some = Array.from({ length: 16 }, (_, i) => 8 + 2 * i).flatMap((length) => [length, length])
  const many = Array.from({ length: 25 }, () => some).flat()
  expect(Math.abs(seconds(many) / seconds(some) - 1)).toBeLessThan(0.05)
})
