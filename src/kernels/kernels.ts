/** The WASM SIMD kernels (assembly/) over a memory of a fixed size. */
import { readFileSync } from 'node:fs'
import { packageFile } from '../protocol/packageRoot.ts'

/** Pointers are byte offsets into the memory; what each kernel computes stands beside its code in assembly/. */
export interface Kernels {
  beginStep(scale: number, rate1: number, beta2: number, rate2: number, size: number, root2: number, epsilon: number): void
  adamw(p: number, g: number, m: number, v: number, n: number, decay: number): void
  adamwRows(p: number, g: number, m: number, v: number, width: number, rows: number, slots: number, count: number, zeros: number, decay: number): void
  multiply(p: number, n: number, factors: number, count: number): void
  accumulate(sum: number, part: number, n: number): void
  sumOfSquares(x: number, n: number): number
  tokenKey(step: number, text: number, place: number): number
  maskFeatures(mask: number, keys: number, tokens: number, width: number, site: number, threshold: number, kept: number): void
  maskProbabilities(mask: number, keys: number, batch: number, heads: number, queries: number, keysSeen: number, site: number, threshold: number, kept: number): void
}

const pageBytes = 65536
/** Keeps rows of values on cache lines of their own. */
const alignment = 64
let compiled: WebAssembly.Module | undefined

/**
 * A memory that never grows, so that native code may keep pointers into it, with the kernels that work on it. Pages that nobody
 * touches cost no RAM.
 */
export class KernelMemory {
  /** WebAssembly has 32-bit addresses; the end of the last array has one too. */
  static readonly mostBytes = 2 ** 32 - 2 * alignment

  readonly kernels: Kernels
  readonly #memory: WebAssembly.Memory
  #used = alignment

  /** @throws RangeError where there is no memory for it */
  constructor(bytes: number) {
    if (bytes > KernelMemory.mostBytes) throw new RangeError(`WebAssembly could not allocate memory of ${bytes} bytes: its addresses have 32 bits`)
    const pages = Math.ceil((bytes + alignment) / pageBytes)
    compiled ??= new WebAssembly.Module(readFileSync(packageFile('dist', 'kernels.wasm')))
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
    this.kernels = new WebAssembly.Instance(compiled, { env: { memory: this.#memory } }).exports as unknown as Kernels
  }

  /** Bytes that `length` floats take, with the padding to whole cache lines. */
  static bytesFor(length: number): number {
    return Math.ceil(length * 4 / alignment) * alignment
  }

  /** `length` zeroed floats, followed by zeros up to a whole cache line. The pointer for kernels is `byteOffset`. */
  floats(length: number): Float32Array {
    const at = this.#take(length)
    return new Float32Array(this.#memory.buffer, at, length)
  }

  integers(length: number): Int32Array {
    const at = this.#take(length)
    return new Int32Array(this.#memory.buffer, at, length)
  }

  bytes(length: number): Uint8Array {
    const at = this.#take(length / 4)
    return new Uint8Array(this.#memory.buffer, at, length)
  }

  /** Gives all memory back at once: what was handed out must no longer be used. */
  reset(): void {
    this.#used = alignment
  }

  get size(): number {
    return this.#memory.buffer.byteLength
  }

  #take(length: number): number {
    const at = this.#used
    this.#used += KernelMemory.bytesFor(length)
    if (this.#used > this.#memory.buffer.byteLength) throw new Error(`kernel memory of ${this.#memory.buffer.byteLength} bytes is full`)
    return at
  }
}

/** Items in their order, as many together as one memory holds. */
export function inMemories<Item>(items: readonly Item[], bytesFor: (item: Item) => number, mostBytes: number = KernelMemory.mostBytes): Item[][] {
  const memories: Item[][] = []
  let room = 0
  for (const item of items) {
    const bytes = bytesFor(item)
    if (bytes > room) {
      memories.push([])
      room = mostBytes
    }
    memories.at(-1)!.push(item)
    room -= bytes
  }
  return memories
}
