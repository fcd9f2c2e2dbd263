import { describe, expect, test } from 'vitest'
import { KernelMemory } from '../../src/kernels/kernels.ts'
import type { Notice } from '../../src/protocol/notices.ts'
import type { Device } from '../../src/runtime/device.ts'
import { isOutOfMemory } from '../../src/runtime/outOfMemory.ts'
import type { Example } from '../../src/trainer/stepInputs.ts'
import { device } from '../graph/run.ts'
import { families, type Family } from '../models/tinyModels.ts'
import { distance, expectClose, follow, microBatches, openEngine, tolerances, type Setup, type Trajectory } from './engines.ts'
import { smallDevice } from './smallDevice.ts'

type Layouts = Pick<Setup, 'layout' | 'optimizer'>

/** The plain graph over padded texts with AdamW in ONNX; everything faster is held against it. */
const reference: Layouts = { layout: 'padded', optimizer: 'onnx' }
const others: Layouts[] = [{ layout: 'packed', optimizer: 'wasm' }, { layout: 'packed', optimizer: 'onnx' }, { layout: 'padded', optimizer: 'wasm' }]
const fast = others[0]
const dropout = [0.2, 0.3, 0.4] as const

interface Row extends Omit<Setup, 'family' | 'layout' | 'optimizer'> {
  name: string
  /** Lengths of the texts of each micro-batch. */
  lengths: readonly (readonly number[])[]
  /** Whether layouts and executors are tried in every pair. */
  everyPair?: true
}

const rows: Row[] = [
  { name: 'without dropout', lengths: [[5, 9, 2, 7]] },
  { name: 'with dropout', lengths: [[5, 9, 2, 7]], dropout, everyPair: true },
  { name: 'attention\'s dropout alone', lengths: [[5, 9, 2, 7]], dropout: [0, 0.5, 0] },
  { name: 'uneven micro-batches without dropout', lengths: [[5, 9, 2], [12], [3, 7]], accumulation: 3 },
  { name: 'uneven micro-batches with dropout', lengths: [[5, 9, 2], [12], [3, 7]], accumulation: 3, dropout, everyPair: true },
  { name: 'fewer micro-batches than accumulate', lengths: [[4, 6]], accumulation: 3, dropout },
  { name: 'one row', lengths: [[11]], dropout },
  { name: 'a row of one token', lengths: [[1, 6]], dropout },
  { name: 'texts and tokens that just fit their buckets', lengths: [[7, 7, 7, 10]], dropout },
  { name: 'one token more', lengths: [[8, 7, 7, 10]], dropout },
  { name: 'as long as the model can take', lengths: [[40, 3]], dropout },
  { name: 'a width that is no multiple of 4', lengths: [[5, 9, 2]], hidden: 15, heads: 3, inner: 7, dropout },
  { name: 'heads of width 1', lengths: [[5, 9, 2]], hidden: 6, heads: 6, inner: 5, layers: 1, dropout },
  { name: 'one head, three layers', lengths: [[5, 9, 2]], heads: 1, layers: 3, dropout },
  { name: '2 labels', lengths: [[5, 9, 2, 3]], labels: 2, dropout },
  { name: '7 labels', lengths: [[5, 9, 2, 3]], labels: 7, dropout },
  { name: 'more used rows than a bucket holds', lengths: [[40, 40, 40]], vocabulary: 300, dropout },
  { name: 'a vocabulary smaller than a bucket', lengths: [[9, 9]], vocabulary: 20, dropout },
]

const steps = ({ lengths, labels, vocabulary }: Row, from = 1): Example[][][] => Array.from({ length: 5 }, (_, i) => microBatches(lengths, from + i, labels, vocabulary))

/** Rotary positions turn pairs of features. */
const rowsFor = (family: Family) => rows.filter(({ hidden = 12, heads = 3 }) => family !== 'modernbert' || hidden % (2 * heads) === 0)

describe.each(families)('%s', (family) => {
  test.each(rowsFor(family))('5 steps as the reference: $name', async (row) => {
    const batches = steps(row)
    const expected = await follow({ family, ...row, ...reference }, batches)
    for (const layouts of row.everyPair ? others : [fast]) expectClose(await follow({ family, ...row, ...layouts }, batches), expected)
  })

  test.each([reference, fast])('an effective batch may be split anyhow: $layout, $optimizer', async (layouts) => {
    const lengths = [5, 9, 2, 12, 3, 7]
    const splits = [[6], [1, 5], [3, 2, 1], [2, 2, 2], [1, 1, 4]]
    const trajectories: Trajectory[] = []
    for (const split of splits) {
      const batches = steps({ name: '', lengths: [lengths] }).map(([whole]) => split.map((size, i) => {
        const start = split.slice(0, i).reduce((sum, other) => sum + other, 0)
        return whole.slice(start, start + size)
      }))
      trajectories.push(await follow({ family, ...layouts, accumulation: 3, dropout }, batches))
    }
    for (const trajectory of trajectories.slice(1)) expectClose(trajectory, trajectories[0])
  })

  test('the same again, to the bit', async () => {
    const setup = { family, ...fast, dropout, accumulation: 2 }
    const batches = steps({ name: '', lengths: [[5, 9], [4]] })
    expect(await follow(setup, batches)).toEqual(await follow(setup, batches))
  })
})

test('the comparison sees one wrong token in one step, and another seed of dropout', async () => {
  const setup: Setup = { family: 'distilbert', ...fast, dropout }
  const batches = steps({ name: '', lengths: [[5, 9, 2, 7]] })
  const expected = await follow(setup, batches)
  for (const wrong of [0, 4]) {
    const others = structuredClone(batches)
    others[wrong][0][2].ids[1] = 5
    const found = distance(await follow(setup, others), expected)
    expect(found.parameters).toBeGreaterThan(50 * tolerances.parameters)
    expect(found.losses).toBeGreaterThan(50 * tolerances.losses)
    if (wrong === 0) expect(found.gradients).toBeGreaterThan(50 * tolerances.gradients)
  }
  const reseeded = distance(await follow({ ...setup, seed: 43 }, batches), expected)
  for (const part of ['losses', 'gradients', 'parameters'] as const) expect(reseeded[part]).toBeGreaterThan(50 * tolerances[part])
})

test('the loss is the mean over rows, each weighing the same in whatever micro-batch', async () => {
  const [a, b, c] = microBatches([[4, 9, 6]], 3)[0]
  const lossOf = async (micro: Example[][]) => {
    const engine = openEngine({ family: 'bert', ...fast, accumulation: 2 })
    const { loss } = await engine.step(micro, { step: 1, learningRate: 0 })
    engine.dispose()
    return loss
  }
  const alone = [await lossOf([[a]]), await lossOf([[b]]), await lossOf([[c]])]
  const mean = alone.reduce((sum, loss) => sum + loss, 0) / 3
  expect(Math.max(...alone) - Math.min(...alone)).toBeGreaterThan(0.01)
  expect(await lossOf([[a, b], [c]])).toBeCloseTo(mean, 5)
})

test.each([reference, fast])('a step frees every tensor that it makes: $layout, $optimizer', async (layouts) => {
  const living = new Set<unknown>()
  const counting: Device = {
    ...device,
    tensor(value) {
      const tensor = device.tensor(value)
      const dispose = tensor.dispose.bind(tensor)
      tensor.dispose = () => (living.delete(tensor), dispose())
      living.add(tensor)
      return tensor
    },
  }
  const engine = openEngine({ family: 'bert', ...layouts, accumulation: 2, dropout }, counting)
  const bound = living.size
  for (let step = 1; step <= 3; step++) await engine.step(microBatches([[5, 3 + step], [9]], step), { step, learningRate: 1e-3 })
  expect(bound).toBeGreaterThan(50)
  expect(living.size).toBe(bound)
})

test.each([reference, fast])('out of memory: smaller micro-batches from then on, the same result, said once: $layout, $optimizer', async (layouts) => {
  const batches = steps({ name: '', lengths: [[5, 9, 2, 7, 3]] })
  const setup: Setup = { family: 'bert', ...layouts, dropout }
  const said: Notice[] = []
  expectClose(await follow({ ...setup, say: (notice) => void said.push(notice) }, batches, smallDevice(3)), await follow(setup, batches))
  expect(said).toMatchObject([{ code: 'device.smaller-batches', args: { rows: 3, count: 2, effective: 5 } }])
  await expect(follow(setup, batches, smallDevice(0))).rejects.toMatchObject({ code: 'train.out-of-memory' })
})

test('memory that V8 does not get counts too', () => {
  const thrownBy = (action: () => unknown) => {
    try {
      return void action()
    } catch (error) {
      return error
    }
  }
  expect(isOutOfMemory(thrownBy(() => new ArrayBuffer(2 ** 52)))).toBe(true)
  expect(isOutOfMemory(thrownBy(() => new KernelMemory(2 ** 33)))).toBe(true)
  expect(isOutOfMemory(thrownBy(() => (1).toFixed(101)))).toBe(false)
})

/** Texts of tokens that no other step has, the later the longer. */
const newTokens = (step: number): Example[][] => [[0, 1].map((text) => ({ ids: Int32Array.from({ length: 3 * step }, (_, place) => 20 * step + 10 * text + place), label: text }))]

test('a step reads rows that were idle until then as they have decayed, whether or not all were brought up to date before', async () => {
  const [plain, settled] = [0, 1].map(() => openEngine({ family: 'distilbert', ...fast }))
  for (const step of [1, 2, 3]) {
    const options = { step, learningRate: 0.1 }
    const result = await plain.step(newTokens(step), options)
    settled.optimizer.settle()
    expect(await settled.step(newTokens(step), options)).toEqual(result)
  }
})
