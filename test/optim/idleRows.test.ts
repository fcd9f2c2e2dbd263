import { expect, test } from 'vitest'
import { adamWNumbers, type Variable } from '../../src/optim/optimizer.ts'
import { WasmAdamW } from '../../src/optim/wasmAdamW.ts'
import { randomTensor } from '../graph/tensors.ts'

const settings = { weight_decay: 0.1, adam_beta1: 0.9, adam_beta2: 0.999, adam_epsilon: 1e-8, max_grad_norm: 1 }
const [rows, width] = [9, 5]
const table: Variable = { name: 'embeddings.weight', shape: [rows, width], decay: true, table: true, gradientLength: 64 * width }
const { fround } = Math

/** Which rows each step touches: 8 never, 5 first in step 5. */
const touched = (step: number) => (step < 5 ? [[1, 0], [3], [0, 1, 2], [2]][step - 1] : [[5, 1], [0], [5, 6]][step % 3])
const learningRate = (step: number) => 0.02 / Math.sqrt(step)

/** AdamW on every row in every step, operation by operation in float32: what the table is to equal to the bit. */
class DenseAdamW {
  readonly value: Float32Array
  readonly m = new Float32Array(rows * width)
  readonly v = new Float32Array(rows * width)

  constructor(value: Float32Array) {
    this.value = value.slice()
  }

  step(gradient: Float32Array, step: number, norm: number): void {
    const numbers = adamWNumbers(settings, { learningRate: learningRate(step), step, rows: new Map() }, norm)
    const { scale, rate1, beta2, rate2, size, root2, epsilon, decay } = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, fround(value)]))
    this.value.forEach((p, i) => {
      const g = fround(gradient[i] * scale)
      this.m[i] += fround(fround(g - this.m[i]) * rate1)
      this.v[i] = fround(this.v[i] * beta2) + fround(fround(g * g) * rate2)
      this.value[i] = fround(p * decay) - fround(fround(size * this.m[i]) / fround(fround(fround(Math.sqrt(this.v[i])) / root2) + epsilon))
    })
  }
}

const start = randomTensor([rows, width], 3).data

function begin(): { optimizer: WasmAdamW; dense: DenseAdamW } {
  const optimizer = new WasmAdamW([table], settings)
  optimizer.slots.get(table.name)!.value.set(start)
  return { optimizer, dense: new DenseAdamW(start) }
}

/** The same step for both, with a random gradient for the rows touched. */
async function step({ optimizer, dense }: { optimizer: WasmAdamW; dense?: DenseAdamW }, number: number): Promise<void> {
  const used = touched(number)
  const { data } = randomTensor([used.length, width], number)
  optimizer.target(table.name).set(data)
  const norm = await optimizer.step({ learningRate: learningRate(number), step: number, rows: new Map([[table.name, Int32Array.from(used)]]) })
  const gradient = new Float32Array(rows * width)
  used.forEach((row, i) => gradient.set(data.subarray(i * width, (i + 1) * width), row * width))
  dense?.step(gradient, number, norm)
}

function expectEqual(optimizer: WasmAdamW, dense: DenseAdamW): void {
  const { value, m, v } = optimizer.slots.get(table.name)!
  expect({ value, m, v }).toEqual({ value: dense.value, m: dense.m, v: dense.v })
}

test.each([['never', () => false], ['after every step', () => true], ['now and then', (number: number) => number % 4 === 3]] as const)(
  'every row equals dense AdamW to the bit, settled %s', async (_, settles) => {
    const both = begin()
    for (let number = 1; number <= 12; number++) {
      await step(both, number)
      if (settles(number)) {
        both.optimizer.settle()
        expectEqual(both.optimizer, both.dense)
      }
    }
    both.optimizer.settle()
    both.optimizer.settle()
    expectEqual(both.optimizer, both.dense)
  })

test('an idle row is carried only once it is touched, and has decayed by then', async () => {
  const both = begin()
  const { value } = both.optimizer.slots.get(table.name)!
  const row = (number: number) => value.slice(number * width, (number + 1) * width)
  for (let number = 1; number <= 4; number++) await step(both, number)
  expect(row(5)).toEqual(start.slice(5 * width, 6 * width))
  await step(both, 5)
  expect(row(5)).not.toEqual(start.slice(5 * width, 6 * width))
  both.optimizer.settle()
  expectEqual(both.optimizer, both.dense)
})

test('rows that a step will read are brought up to date alone', async () => {
  const both = begin()
  const { value } = both.optimizer.slots.get(table.name)!
  const row = (values: Float32Array, number: number) => values.slice(number * width, (number + 1) * width)
  for (let number = 1; number <= 7; number++) {
    both.optimizer.settle(new Map([[table.name, Int32Array.from(touched(number))]]))
    for (const used of touched(number)) expect(row(value, used)).toEqual(row(both.dense.value, used))
    await step(both, number)
  }
  expect(row(value, 8)).toEqual(row(start, 8))
  both.optimizer.settle()
  expectEqual(both.optimizer, both.dense)
})

test.each([2, 4, 6])('a checkpoint after step %i: the continuation has the same bits', async (saved) => {
  const whole = begin()
  for (let number = 1; number <= 10; number++) await step(whole, number)

  const before = begin().optimizer
  for (let number = 1; number <= saved; number++) await step({ optimizer: before }, number)
  before.settle()
  const after = begin().optimizer
  const [from, to] = [before, after].map((optimizer) => optimizer.slots.get(table.name)!)
  for (const part of ['value', 'm', 'v'] as const) to[part].set(from[part])
  after.loaded()
  for (let number = saved + 1; number <= 10; number++) await step({ optimizer: after }, number)
  after.settle()
  expectEqual(after, whole.dense)
})

test('loaded() forgets what was owed before', async () => {
  const both = begin()
  const { value, m, v } = both.optimizer.slots.get(table.name)!
  for (let number = 1; number <= 3; number++) await step({ optimizer: both.optimizer }, number)
  value.set(start)
  m.fill(0)
  v.fill(0)
  both.optimizer.loaded()
  both.optimizer.settle()
  expect(value).toEqual(start)
  for (let number = 1; number <= 5; number++) await step(both, number)
  both.optimizer.settle()
  expectEqual(both.optimizer, both.dense)
})

test('more factors owed than are remembered', async () => {
  const both = begin()
  for (let number = 1; number <= 4096 + 50; number++) await step(both, number)
  both.optimizer.settle()
  expectEqual(both.optimizer, both.dense)
})

test('a table without weight decay owes nothing', async () => {
  const optimizer = new WasmAdamW([{ ...table, decay: false }], settings)
  const { value } = optimizer.slots.get(table.name)!
  value.set(start)
  for (let number = 1; number <= 6; number++) await step({ optimizer }, number)
  optimizer.settle()
  expect(value.subarray(8 * width)).toEqual(start.subarray(8 * width))
})
