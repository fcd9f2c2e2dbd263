/** What the resident memory of this process is for. To be imported before anything makes a WebAssembly memory. */
import { readFileSync } from 'node:fs'

/** In bytes. */
export interface MemoryUse {
  /** Node, ONNX Runtime, other libraries: what is mapped from files. */
  programs: number
  /** Values, gradients, moments: the WebAssembly memory that they share, as far as it was touched. */
  state: number
  /** Those of dropout masks. */
  masks: number
  /** The main thread's heap and arrays: rows, token ids. */
  javascript: number
  /** All else, the tokeniser's thread and ONNX Runtime's arena above all. */
  other: number
}

/** With the milliseconds since the start of the process at which each was made. */
const memories: { memory: WebAssembly.Memory, madeAt: number }[] = []
WebAssembly.Memory = class extends WebAssembly.Memory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    super(descriptor)
    memories.push({ memory: this, madeAt: performance.now() })
  }
}

/** @param state any array in the memory of the state */
export function memoryUse(state: Float32Array): MemoryUse {
  const { heapTotal, arrayBuffers } = process.memoryUsage()
  const sizes = residentBySize()
  const resident = (isOf: (buffer: ArrayBufferLike) => boolean) => memories.map(({ memory }) => memory.buffer).filter(isOf)
    .reduce((sum, { byteLength }) => sum + (sizes.get(byteLength) ?? 0), 0)
  const use = {
    programs: status('RssFile'),
    state: resident((buffer) => buffer === state.buffer),
    masks: resident((buffer) => buffer !== state.buffer),
    javascript: heapTotal + arrayBuffers,
  }
  return { ...use, other: status('VmRSS') - use.programs - use.state - use.masks - use.javascript }
}

/** When the memory of the state was made, in milliseconds since the start of the process. */
export function madeAt(state: Float32Array): number {
  return memories.find(({ memory }) => memory.buffer === state.buffer)!.madeAt
}

export function anonymousBytes(): number {
  return status('RssAnon')
}

/** Resident bytes of each mapping, by its size: a WebAssembly memory is one, with guards around it. */
function residentBySize(): Map<number, number> {
  const smaps = readFileSync('/proc/self/smaps', 'utf8')
  return new Map([...smaps.matchAll(/^Size:\s+(\d+) kB[^]*?^Rss:\s+(\d+) kB/gm)].map(([, size, rss]) => [Number(size) * 1024, Number(rss) * 1024]))
}

function status(field: string): number {
  return 1024 * Number(new RegExp(`^${field}:\\s*(\\d+)`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))![1])
}
