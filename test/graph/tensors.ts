/** Values for tests, in memory that native code may point to. */
import { hostArray, size, type DType, type HostTensor } from '../../src/runtime/tensor.ts'

type Of<Type extends DType> = HostTensor & { dtype: Type; data: ReturnType<typeof hostArray<Type>> }

/** A tensor of these values; by default of one axis. */
export function tensorOf<Type extends DType>(dtype: Type, values: ArrayLike<number>, shape: readonly number[] = [values.length]): Of<Type> {
  const data = hostArray(dtype, values.length)
  for (let i = 0; i < values.length; i++) data[i] = dtype === 'int64' ? BigInt(values[i]) : values[i]
  return { dtype, shape, data } as Of<Type>
}

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
export function randomTensor(shape: readonly number[], seed: number, from = -1.5, to = 1.5): Of<'float32'> {
  const next = uniforms(seed)
  return tensorOf('float32', Array.from({ length: size(shape) }, () => Math.floor((from + next() * (to - from)) * 1024) / 1024), shape)
}
