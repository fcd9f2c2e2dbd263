import { KernelMemory } from '../kernels/kernels.ts'
import { size } from '../runtime/tensor.ts'
import { IdleRows } from './idleRows.ts'
import { adamWNumbers, type AdamWSettings, type Optimizer, type Slot, type StepInput, type Variable } from './optimizer.ts'

/** AdamW by WASM SIMD kernels, on the memory that ONNX Runtime reads and writes: each value is touched once. For the CPU. */
export class WasmAdamW implements Optimizer {
  readonly slots = new Map<string, Slot>()
  readonly #settings: AdamWSettings
  readonly #memory: KernelMemory
  readonly #idle = new Map<string, IdleRows>()
  /** Where backward passes write while more than one makes an update. */
  readonly #parts = new Map<string, Float32Array>()

  constructor(variables: readonly Variable[], settings: AdamWSettings, accumulates: boolean) {
    this.#settings = settings
    this.#memory = new KernelMemory(WasmAdamW.bytesFor(variables, accumulates))
    for (const variable of variables) {
      const values = () => this.#memory.floats(size(variable.shape))
      const gradient = () => this.#memory.floats(variable.gradientLength)
      const slot = { ...variable, value: values(), gradient: gradient(), m: values(), v: values() }
      this.slots.set(variable.name, slot)
      if (accumulates) this.#parts.set(variable.name, gradient())
      if (variable.table) this.#idle.set(variable.name, new IdleRows(slot, this.#memory))
    }
  }

  /** Address space for these variables; RAM is used for what is touched. */
  static bytesFor(variables: readonly Variable[], accumulates: boolean): number {
    return variables.reduce((sum, { shape, gradientLength, table }) => sum
      + 3 * KernelMemory.bytesFor(size(shape)) + (accumulates ? 2 : 1) * KernelMemory.bytesFor(gradientLength)
      + (table ? IdleRows.bytesFor(shape) : 0), 0)
  }

  target(name: string): Float32Array {
    return this.#parts.get(name) ?? this.slots.get(name)!.gradient
  }

  accumulate(first: boolean, rows: ReadonlyMap<string, Int32Array>): void {
    for (const [name, part] of this.#parts) {
      const slot = this.slots.get(name)!
      const length = gradientLength(slot, rows)
      if (first) slot.gradient.set(part.subarray(0, length))
      else this.#memory.kernels.accumulate(slot.gradient.byteOffset, part.byteOffset, length)
    }
  }

  async step(input: StepInput): Promise<number> {
    const { kernels } = this.#memory
    let squares = 0
    for (const slot of this.slots.values()) squares += kernels.sumOfSquares(slot.gradient.byteOffset, gradientLength(slot, input.rows))
    const norm = Math.sqrt(squares)

    const { scale, rate1, beta2, rate2, size: stepSize, root2, epsilon, decay } = adamWNumbers(this.#settings, input, norm)
    kernels.beginStep(scale, rate1, beta2, rate2, stepSize, root2, epsilon)
    for (const slot of this.slots.values()) this.#update(slot, slot.decay ? decay : 1, input.rows.get(slot.name))
    return norm
  }

  settle(rows?: ReadonlyMap<string, Int32Array>): void {
    for (const [name, idle] of this.#idle) {
      if (rows) idle.pay(rows.get(name)!)
      else idle.payAll()
    }
  }

  loaded(): void {
    for (const idle of this.#idle.values()) idle.reread()
  }

  #update({ name, shape, value: p, gradient: g, m, v }: Slot, decay: number, rows: Int32Array | undefined): void {
    const { kernels } = this.#memory
    const idle = this.#idle.get(name)
    if (!idle) {
      kernels.adamw(p.byteOffset, g.byteOffset, m.byteOffset, v.byteOffset, p.length, decay)
      return
    }
    idle.touch(rows!)
    kernels.adamwRows(
      p.byteOffset, g.byteOffset, m.byteOffset, v.byteOffset, shape[1],
      idle.active.byteOffset, idle.gradientRow.byteOffset, idle.activeCount, idle.zeros.byteOffset, decay,
    )
    idle.owe(decay)
  }
}

/** How many values of a slot's gradient this step has. */
function gradientLength({ name, shape, table, gradient }: Slot, rows: ReadonlyMap<string, Int32Array>): number {
  return table ? rows.get(name)!.length * shape[1] : gradient.length
}
