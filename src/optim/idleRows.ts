import { KernelMemory } from '../kernels/kernels.ts'
import type { Slot } from './optimizer.ts'

/** Factors remembered before all rows are paid in passing. */
const capacity = 4096
const idle = -1

/**
 * Rows of an embedding table that training has not touched yet. Their moments and gradient are 0, so all that AdamW does to them
 * is to multiply by 1 − lr λ: that is owed, and paid by the same float32 multiplications before a row is read, for training,
 * evaluation or a checkpoint. The result is what updating every row at every step gives, bit for bit, whenever it is paid.
 */
export class IdleRows {
  /** Rows that AdamW updates, in the order in which they were first touched. */
  readonly active: Int32Array
  /** For each of them, which row of this step's gradient is its own, or -1. */
  readonly gradientRow: Int32Array
  /** What a row without gradient in this step reads. */
  readonly zeros: Float32Array
  activeCount = 0

  readonly #slot: Slot
  readonly #memory: KernelMemory
  /** Place of each row in `active`, or idle. */
  readonly #place: Int32Array
  readonly #factors: Float32Array
  #factorCount = 0
  /** How many of the factors each row has paid. */
  readonly #paid: Int32Array

  constructor(slot: Slot, memory: KernelMemory) {
    const [rows, width] = slot.shape
    this.#slot = slot
    this.#memory = memory
    this.active = memory.integers(rows)
    this.gradientRow = memory.integers(rows)
    this.zeros = memory.floats(width)
    this.#factors = memory.floats(capacity)
    this.#place = new Int32Array(rows).fill(idle)
    this.#paid = new Int32Array(rows)
  }

  /** Bytes of kernel memory that this takes for a table [rows, width]. */
  static bytesFor([rows, width]: readonly number[]): number {
    return 2 * KernelMemory.bytesFor(rows) + KernelMemory.bytesFor(width) + KernelMemory.bytesFor(capacity)
  }

  /** Tells which rows this step's gradient is for; those touched for the first time pay what they owe and become active. */
  touch(rows: Int32Array): void {
    this.gradientRow.fill(-1, 0, this.activeCount)
    rows.forEach((row, gradientRow) => {
      if (this.#place[row] === idle) {
        this.#payRow(row)
        this.#activate(row)
      }
      this.gradientRow[this.#place[row]] = gradientRow
    })
  }

  /** Idle rows owe one more factor, rounded to float32. */
  owe(factor: number): void {
    if (factor === 1) return
    if (this.#factorCount === capacity) this.payAll()
    this.#factors[this.#factorCount++] = factor
  }

  /** Before a forward pass reads these rows. */
  pay(rows: Int32Array): void {
    for (const row of rows) {
      if (this.#place[row] === idle) this.#payRow(row)
    }
  }

  payAll(): void {
    this.#place.forEach((place, row) => {
      if (place === idle) this.#payRow(row)
    })
    this.#factorCount = 0
    this.#paid.fill(0)
  }

  /** After a checkpoint was read: a row with moments was touched before. One without them behaves alike, idle or active. */
  reread(): void {
    this.activeCount = 0
    this.#factorCount = 0
    this.#paid.fill(0)
    this.#place.fill(idle)
    const [rows, width] = this.#slot.shape
    for (let row = 0; row < rows; row++) {
      const moments = (x: Float32Array) => x.subarray(row * width, (row + 1) * width).some((value) => value !== 0)
      if (moments(this.#slot.m) || moments(this.#slot.v)) this.#activate(row)
    }
  }

  #activate(row: number): void {
    this.#place[row] = this.activeCount
    this.active[this.activeCount++] = row
  }

  #payRow(row: number): void {
    const owed = this.#factorCount - this.#paid[row]
    if (owed === 0) return
    const width = this.#slot.shape[1]
    const first = this.#factors.byteOffset + this.#paid[row] * 4
    this.#memory.kernels.multiply(this.#slot.value.byteOffset + row * width * 4, width, first, owed)
    this.#paid[row] = this.#factorCount
  }
}
