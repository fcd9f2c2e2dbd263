import { basename } from 'node:path'
import type { CudaCard } from './cudaProbe.ts'
import type { CudaLibraries } from './gpu.ts'
import koffi from './koffi.ts'

/** Tells how many bytes of a card's memory are used now, by whatever program: CUDA's own runtime is asked. NaN where it does not say. */
export function cudaMemoryUsed({ cuda }: CudaLibraries, { id }: CudaCard): () => number {
  const runtime = cuda.find((path) => /cudart/.test(basename(path)))
  if (runtime === undefined) return () => NaN
  const library = koffi.load(runtime)
  const choose = library.func('int cudaSetDevice(int device)') as (device: number) => number
  const ask = library.func('int cudaMemGetInfo(uint64_t *free, uint64_t *total)') as (free: BigUint64Array, total: BigUint64Array) => number
  const [free, total] = [new BigUint64Array(1), new BigUint64Array(1)]
  return () => (choose(id) === 0 && ask(free, total) === 0 ? Number(total[0] - free[0]) : NaN)
}
