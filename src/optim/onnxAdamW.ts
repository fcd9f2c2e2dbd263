import { compile } from '../graph/onnx.ts'
import { add, div, input, mul, reduceSum, sqrt, sub } from '../graph/operators.ts'
import type { Binding } from '../runtime/session.ts'
import type { Device } from '../runtime/device.ts'
import type { DeviceTensor } from '../runtime/deviceTensor.ts'
import { hostArray, size } from '../runtime/tensor.ts'
import { adamWNumbers, type AdamWNumbers, type AdamWSettings, type Optimizer, type Slot, type StepInput, type Variable } from './optimizer.ts'

/** Values that one run updates, about: bounds the memory for results in between. */
const chunk = 1 << 20

const numbers = ['scale', 'rate1', 'beta2', 'rate2', 'size', 'root2', 'epsilon', 'decay'] as const satisfies (keyof AdamWNumbers)[]

/**
 * One update as a graph over p, g, m, v [n]; the same formula as assembly/adamw.ts. It may run in place: of every value, each
 * reader is an ancestor of the node that overwrites it.
 */
export function updateModel(): Uint8Array {
  const [p, g, m, v] = ['p', 'g', 'm', 'v'].map((name) => input(name, 'float32', ['n']))
  const { scale, rate1, beta2, rate2, size, root2, epsilon, decay } = Object.fromEntries(numbers.map((name) => [name, input(name, 'float32', [])]))
  const gradient = mul(g, scale)
  const m1 = add(m, mul(sub(gradient, m), rate1))
  const v1 = add(mul(v, beta2), mul(mul(gradient, gradient), rate2))
  const p1 = sub(mul(p, decay), div(mul(m1, size), add(div(sqrt(v1), root2), epsilon)))
  return compile({ p1, m1, v1 }).bytes
}

/** Σ x² of each row; rows are added up in double, as a float32 sum of millions of squares would not do for a norm. */
function squaresModel(): Uint8Array {
  const x = input('x', 'float32', ['rows', 'width'])
  return compile({ squares: reduceSum(mul(x, x), [1]) }).bytes
}

interface Chunk {
  update: Binding
  squares: Binding
  sums: Float32Array
}

/** AdamW as an ONNX graph: the reference for the other executor, for any device and any size. */
export class OnnxAdamW implements Optimizer {
  readonly slots = new Map<string, Slot>()
  readonly #settings: AdamWSettings
  readonly #chunks: Chunk[] = []
  readonly #numbers: Record<'plain' | 'decayed', Record<(typeof numbers)[number], Float32Array>>
  readonly #targets = new Map<string, Float32Array>()
  #accumulates = false

  constructor(device: Device, variables: readonly Variable[], settings: AdamWSettings) {
    this.#settings = settings
    const makeNumbers = () => Object.fromEntries(numbers.map((name) => [name, hostArray('float32', 1)])) as Record<(typeof numbers)[number], Float32Array>
    this.#numbers = { plain: makeNumbers(), decayed: makeNumbers() }
    const scalars = Object.fromEntries(Object.entries(this.#numbers).map(([kind, arrays]) => [
      kind, numbers.map((name) => device.tensor({ dtype: 'float32', shape: [], data: arrays[name] }))])) as Record<'plain' | 'decayed', DeviceTensor[]>
    const update = device.load(updateModel())
    const squares = device.load(squaresModel())
    for (const variable of variables) {
      const array = () => hostArray('float32', size(variable.shape))
      const slot = { ...variable, value: array(), gradient: array(), m: array(), v: array() }
      this.slots.set(variable.name, slot)
      if (variable.table) this.#targets.set(variable.name, hostArray('float32', variable.gradientLength))
      const width = variable.shape.at(-1)!
      const length = Math.ceil(chunk / width) * width
      for (let from = 0; from < slot.value.length; from += length) this.#chunks.push(bindChunk(device, update.bind(), squares.bind(), slot, [from, from + length], scalars))
    }
  }

  accumulates(): boolean {
    if (this.#accumulates) return false
    this.#accumulates = true
    for (const { name, gradient, table } of this.slots.values()) if (!table) this.#targets.set(name, hostArray('float32', gradient.length))
    return true
  }

  target(name: string): Float32Array {
    return this.#targets.get(name) ?? this.slots.get(name)!.gradient
  }

  accumulate(first: boolean, rows: ReadonlyMap<string, Int32Array>): void {
    for (const [name, part] of this.#targets) {
      const slot = this.slots.get(name)!
      if (first) slot.gradient.fill(0)
      if (slot.table) addRows(slot, part, rows.get(name)!)
      else part.forEach((value, i) => { slot.gradient[i] += value })
    }
  }

  async step(input: StepInput): Promise<number> {
    let squares = 0
    for (const { squares: binding, sums } of this.#chunks) {
      await binding.run()
      for (const sum of sums) squares += sum
    }
    const norm = Math.sqrt(squares)
    const values = adamWNumbers(this.#settings, input, norm)
    for (const name of numbers) {
      this.#numbers.decayed[name][0] = values[name]
      this.#numbers.plain[name][0] = name === 'decay' ? 1 : values[name]
    }
    for (const { update } of this.#chunks) await update.run()
    return norm
  }

  settle(): void {}

  loaded(): void {}
}

function addRows({ shape: [, width], gradient }: Slot, part: Float32Array, rows: Int32Array): void {
  rows.forEach((row, i) => {
    for (let k = 0; k < width; k++) gradient[row * width + k] += part[i * width + k]
  })
}

/** Binds the values from `range` of a slot, whole rows of its last axis. */
function bindChunk(device: Device, update: Binding, squares: Binding, slot: Slot, range: [number, number], scalars: Record<'plain' | 'decayed', DeviceTensor[]>): Chunk {
  const part = (data: Float32Array) => {
    const values = data.subarray(...range)
    return device.tensor({ dtype: 'float32', shape: [values.length], data: values })
  }
  const [p, g, m, v] = [slot.value, slot.gradient, slot.m, slot.v].map(part)
  update.input('p', p).input('g', g).input('m', m).input('v', v).output('p1', p).output('m1', m).output('v1', v)
  numbers.forEach((name, i) => update.input(name, scalars[slot.decay ? 'decayed' : 'plain'][i]))
  const width = slot.shape.at(-1)!
  const rows = g.data.length / width
  const sums = hostArray('float32', rows)
  squares.input('x', device.tensor({ dtype: 'float32', shape: [rows, width], data: g.data })).output('squares', device.tensor({ dtype: 'float32', shape: [rows], data: sums }))
  return { update, squares, sums }
}
