import { hostArray, size, type HostTensor } from '../../src/runtime/tensor.ts'

/** Numbers in [0, 1) that are the same on every machine: mulberry32 (Tommy Ettinger, public domain). */
export function uniforms(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let x = Math.imul(state ^ (state >>> 15), state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Values spread evenly over [from, to), multiples of 2⁻¹⁰, so that small steps away from them are exact in float32. */
export function randomTensor(shape: readonly number[], seed: number, from = -1.5, to = 1.5): HostTensor & { data: Float32Array } {
  const next = uniforms(seed)
  const data = hostArray('float32', size(shape))
  for (let i = 0; i < data.length; i++) data[i] = Math.floor((from + next() * (to - from)) * 1024) / 1024
  return { dtype: 'float32', shape, data }
}
