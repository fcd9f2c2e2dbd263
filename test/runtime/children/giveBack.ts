/** Takes blocks as ONNX Runtime's arena does, and gives most of them back: one that stays lies above them all. */
import koffi from '../../../src/runtime/koffi.ts'
import '../../graph/run.ts' // ONNX Runtime is there

export interface GivenBack {
  /** Bytes that the process has more than before, with a single block of 8 MiB still in use. */
  kept: number
}

const c = koffi.load(null)
const malloc = c.func('void *malloc(size_t size)')
const free = c.func('void free(void *block)')
const memset = c.func('void *memset(void *block, int value, size_t size)')

function touched(mebibytes: number): unknown {
  const block = malloc(mebibytes << 20)
  memset(block, 1, mebibytes << 20)
  return block
}

free(touched(24)) // now glibc would keep all that is smaller
const before = process.memoryUsage.rss()
const blocks = Array.from({ length: 20 }, () => touched(8))
for (const block of blocks.slice(0, -1)) free(block)
console.log(JSON.stringify({ kept: process.memoryUsage.rss() - before } satisfies GivenBack))
