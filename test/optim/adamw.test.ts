import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { OnnxAdamW } from '../../src/optim/onnxAdamW.ts'
import { adamWNumbers, clipFactor, type AdamWSettings, type Optimizer, type Variable } from '../../src/optim/optimizer.ts'
import { WasmAdamW } from '../../src/optim/wasmAdamW.ts'
import { size } from '../../src/runtime/tensor.ts'
import { randomTensor } from '../graph/tensors.ts'
import { device } from '../graph/run.ts'

type Values = Record<'weight' | 'bias', number[]>
interface Golden {
  shapes: Values
  start: Values
  gradients: Values[]
  learning_rates: number[]
  runs: { settings: AdamWSettings; norms: number[]; value: Values; m: Values; v: Values }[]
}

/** What torch.optim.AdamW makes of the same gradients. */
const golden = JSON.parse(readFileSync('test/golden/adamw.json', 'utf8')) as Golden
const names = ['weight', 'bias'] as const

const executors = {
  wasm: (variables: Variable[], settings: AdamWSettings) => new WasmAdamW(variables, settings),
  onnx: (variables: Variable[], settings: AdamWSettings) => new OnnxAdamW(device, variables, settings),
}
type Executor = keyof typeof executors

function variable(name: string, shape: readonly number[]): Variable {
  return { name, shape, decay: name === 'weight', table: false, gradientLength: size(shape) }
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, share = 1e-6): void {
  expect(actual).toHaveLength(expected.length)
  let [largest, error] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]))
    error = Math.max(error, Math.abs(actual[i] - expected[i]))
  }
  expect(error).toBeLessThan(share * largest)
}

const cases = (Object.keys(executors) as Executor[]).flatMap((executor) => golden.runs.map((run) => ({ executor, ...run.settings, run })))

test.each(cases)('$executor as torch: weight_decay $weight_decay, max_grad_norm $max_grad_norm, epsilon $adam_epsilon', async ({ executor, run }) => {
  const optimizer = executors[executor](names.map((name) => variable(name, golden.shapes[name])), run.settings)
  for (const name of names) optimizer.slots.get(name)!.value.set(golden.start[name])
  for (const [i, gradients] of golden.gradients.entries()) {
    for (const name of names) optimizer.target(name).set(gradients[name])
    optimizer.accumulate(true, new Map())
    const norm = await optimizer.step({ learningRate: golden.learning_rates[i], step: i + 1, rows: new Map() })
    expectClose([norm], [run.norms[i]])
  }
  for (const name of names) {
    const slot = optimizer.slots.get(name)!
    expectClose(slot.value, run.value[name])
    expectClose(slot.m, run.m[name])
    expectClose(slot.v, run.v[name])
  }
})

/** The formula of torch/optim/adamw.py in double, for one variable. */
class DoubleAdamW {
  readonly value: number[]
  readonly m: number[]
  readonly v: number[]

  constructor(value: ArrayLike<number>) {
    this.value = Array.from(value)
    this.m = this.value.map(() => 0)
    this.v = this.value.map(() => 0)
  }

  step(gradient: ArrayLike<number>, { weight_decay, adam_beta1: b1, adam_beta2: b2, adam_epsilon }: AdamWSettings, learningRate: number, t: number): void {
    this.value.forEach((p, i) => {
      const g = gradient[i]
      this.m[i] = b1 * this.m[i] + (1 - b1) * g
      this.v[i] = b2 * this.v[i] + (1 - b2) * g * g
      const [m, v] = [this.m[i] / (1 - b1 ** t), this.v[i] / (1 - b2 ** t)]
      this.value[i] = p - learningRate * weight_decay * p - learningRate * m / (Math.sqrt(v) + adam_epsilon)
    })
  }
}

const settings = { weight_decay: 0.05, adam_beta1: 0.9, adam_beta2: 0.999, adam_epsilon: 1e-8, max_grad_norm: 0 }

test.each([1, 2, 3, 4, 5, 7, 64, 67, 1025].flatMap((n) => (['wasm', 'onnx'] as const).map((executor) => ({ n, executor }))))('$executor: $n values follow the formula in double', async ({ n, executor }) => {
  const optimizer = executors[executor]([variable('weight', [n])], settings)
  const slot = optimizer.slots.get('weight')!
  slot.value.set(randomTensor([n], 1).data)
  const reference = new DoubleAdamW(slot.value)
  for (let step = 1; step <= 8; step++) {
    const { data } = randomTensor([n], 10 + step)
    optimizer.target('weight').set(data)
    reference.step(data, settings, 0.01 / step, step)
    await optimizer.step({ learningRate: 0.01 / step, step, rows: new Map() })
  }
  expectClose(slot.value, reference.value, 3e-6)
  expectClose(slot.m, reference.m, 3e-6)
  expectClose(slot.v, reference.v, 3e-6)
})

test('a variable beyond what one run of the ONNX graph updates', async () => {
  const shape = [1100, 1000]
  const results = await Promise.all((['wasm', 'onnx'] as const).map(async (executor) => {
    const optimizer = executors[executor]([variable('weight', shape)], { ...settings, max_grad_norm: 1 })
    optimizer.target('weight').set(randomTensor(shape, 1).data)
    const norm = await optimizer.step({ learningRate: 0.01, step: 1, rows: new Map() })
    return { norm: [norm], value: optimizer.slots.get('weight')!.value }
  }))
  expectClose(results[1].norm, results[0].norm)
  expectClose(results[1].value, results[0].value)
  expect(results[0].value[size(shape) - 1]).not.toBe(0)
})

/** A table of 6 rows, where the parts of an effective batch bring gradients for some. */
const table: Variable = { name: 'weight', shape: [6, 5], decay: true, table: true, gradientLength: 64 * 5 }
const rows = new Map([['weight', Int32Array.of(4, 1, 3)]])

async function accumulated(executor: Executor, variables: Variable[], parts: readonly Float32Array[]): Promise<Optimizer> {
  const optimizer = executors[executor](variables, settings)
  if (parts.length > 1) expect([optimizer.accumulates(), optimizer.accumulates()]).toEqual([true, false])
  for (const { name, shape } of variables) optimizer.slots.get(name)!.value.set(randomTensor(shape, 5).data)
  for (let step = 1; step <= 3; step++) {
    parts.forEach((part, i) => {
      for (const { name } of variables) optimizer.target(name).set(part)
      optimizer.accumulate(i === 0, rows)
    })
    await optimizer.step({ learningRate: 1e-2, step, rows })
  }
  optimizer.settle()
  return optimizer
}

test.each(['wasm', 'onnx'] as const)('%s: parts of a gradient add up; the first overwrites what was there', async (executor) => {
  const parts = [1, 2, 3].map((seed) => randomTensor([15], seed).data)
  const sum = parts[0].map((value, i) => value + parts[1][i] + parts[2][i])
  for (const variables of [[variable('bias', [15])], [table]]) {
    const [inParts, whole] = [await accumulated(executor, variables, parts), await accumulated(executor, variables, [sum])]
    const [{ name }] = variables
    expectClose(inParts.slots.get(name)!.value, whole.slots.get(name)!.value, 1e-7)
    expectClose(inParts.slots.get(name)!.m, whole.slots.get(name)!.m, 1e-6)
  }
})

test('both executors agree on a table that is touched in some rows', async () => {
  const [wasm, onnx] = [await accumulated('wasm', [table], [randomTensor([15], 1).data]), await accumulated('onnx', [table], [randomTensor([15], 1).data])]
  for (const part of ['value', 'm', 'v'] as const) expectClose(wasm.slots.get('weight')![part], onnx.slots.get('weight')![part], 1e-6)
  expect(wasm.slots.get('weight')!.m.subarray(0, 5)).toEqual(new Float32Array(5))
  expect([...wasm.slots.get('weight')!.m.subarray(5, 10)].every((value) => value !== 0)).toBe(true)
})

test('clip_grad_norm_: scaled beyond the limit, left alone below it and with 0', () => {
  expect(clipFactor(4, 1)).toBe(1 / (4 + 1e-6))
  expect(clipFactor(0.5, 1)).toBe(1)
  expect(clipFactor(1e9, 0)).toBe(1)
  expect(adamWNumbers({ ...settings, max_grad_norm: 1 }, { learningRate: 1, step: 1, rows: new Map() }, 4).scale).toBe(clipFactor(4, 1))
})
