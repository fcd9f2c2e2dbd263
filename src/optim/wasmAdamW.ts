import { inMemories, KernelMemory, type Kernels } from '../kernels/kernels.ts'
import { hostArray, size } from '../runtime/tensor.ts'
import { IdleRows } from './idleRows.ts'
import { adamWNumbers, type AdamWSettings, type Optimizer, type Slot, type StepInput, type Variable } from './optimizer.ts'

/**
 * AdamW by WASM SIMD kernels, on the memory that ONNX Runtime reads and writes: each value is touched once. For the CPU. A memory
 * has 32-bit addresses, so large models have several, each with all that belongs to its variables.
 */
export class WasmAdamW implements Optimizer {
  readonly slots = new Map<string, Slot>()
  readonly #settings: AdamWSettings
  readonly #memories: readonly KernelMemory[]
  /** Of each variable. */
  readonly #kernels = new Map<string, Kernels>()
  readonly #idle = new Map<string, IdleRows>()
  /** Room for `#parts`, of what is not a table: RAM is used for what is touched. */
  readonly #spare = new Map<string, Float32Array>()
  /** Where backward passes write while more than one makes an update. */
  readonly #parts = new Map<string, Float32Array>()

  /** @param mostBytes of one memory */
  constructor(variables: readonly Variable[], settings: AdamWSettings, mostBytes = KernelMemory.mostBytes) {
    this.#settings = settings
    this.#memories = inMemories(variables, bytesFor, mostBytes).map((together) => {
      const memory = new KernelMemory(together.reduce((sum, variable) => sum + bytesFor(variable), 0))
      for (const variable of together) this.#place(variable, memory)
      return memory
    })
  }

  /** Whether each of these variables, with all that belongs to it, can be in one memory. */
  static holds(variables: readonly Variable[]): boolean {
    return variables.every((variable) => bytesFor(variable) <= KernelMemory.mostBytes)
  }

  accumulates(): boolean {
    if (this.#parts.size > 0) return false
    for (const { name, gradientLength } of this.slots.values()) this.#parts.set(name, this.#spare.get(name) ?? hostArray('float32', gradientLength))
    return true
  }

  target(name: string): Float32Array {
    return this.#parts.get(name) ?? this.slots.get(name)!.gradient
  }

  accumulate(first: boolean, rows: ReadonlyMap<string, Int32Array>): void {
    for (const [name, part] of this.#parts) {
      const slot = this.slots.get(name)!
      const length = gradientLength(slot, rows)
      if (first) slot.gradient.set(part.subarray(0, length))
      else if (slot.table) add(slot.gradient, part, length)
      else this.#kernels.get(name)!.accumulate(slot.gradient.byteOffset, part.byteOffset, length)
    }
  }

  async step(input: StepInput): Promise<number> {
    let squares = 0
    for (const slot of this.slots.values()) squares += this.#kernels.get(slot.name)!.sumOfSquares(slot.gradient.byteOffset, gradientLength(slot, input.rows))
    const norm = Math.sqrt(squares)

    const { scale, rate1, beta2, rate2, size: stepSize, root2, epsilon, decay } = adamWNumbers(this.#settings, input, norm)
    for (const { kernels } of this.#memories) kernels.beginStep(scale, rate1, beta2, rate2, stepSize, root2, epsilon)
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

  #place(variable: Variable, memory: KernelMemory): void {
    const { name, shape, table, gradientLength } = variable
    const values = () => memory.floats(size(shape))
    const slot = { ...variable, value: values(), gradient: memory.floats(gradientLength), m: values(), v: values() }
    this.slots.set(name, slot)
    this.#kernels.set(name, memory.kernels)
    if (table) this.#idle.set(name, new IdleRows(slot, memory))
    else this.#spare.set(name, memory.floats(gradientLength))
  }

  #update({ name, shape, value: p, gradient: g, m, v }: Slot, decay: number, rows: Int32Array | undefined): void {
    const kernels = this.#kernels.get(name)!
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

/** Address space of a variable; the parts of a table's gradient lie elsewhere, as otherwise the largest tables would not fit. */
function bytesFor({ shape, gradientLength, table }: Variable): number {
  const gradient = KernelMemory.bytesFor(gradientLength)
  return 3 * KernelMemory.bytesFor(size(shape)) + gradient + (table ? IdleRows.bytesFor(shape) : gradient)
}

/** sum ← sum + part, as the kernel does it: of the rows that a batch uses, which are few. */
function add(sum: Float32Array, part: Float32Array, length: number): void {
  for (let i = 0; i < length; i++) sum[i] += part[i]
}
