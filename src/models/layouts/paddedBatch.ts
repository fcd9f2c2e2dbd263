import { hostArray } from '../../runtime/tensor.ts'
import { int32, positionsOf, type Batch } from './batch.ts'

/** Inputs of a padded graph (padded.ts), every text at the length of the longest; `padding` is what positions count from, where they do. */
export function paddedBatch(texts: readonly Int32Array[], padTokenId: number, padding?: number): Batch {
  const positions = texts.map((ids) => positionsOf(ids, padding))
  const sequence = Math.max(...texts.map((ids) => ids.length))
  const shape = [texts.length, sequence]
  const textOf = (i: number) => Math.floor(i / sequence)
  const mask = hostArray('bool', texts.length * sequence)
  for (let i = 0; i < mask.length; i++) mask[i] = Number(i % sequence < texts[textOf(i)].length)
  return {
    feeds: {
      input_ids: int32(shape, (i) => texts[textOf(i)][i % sequence] ?? padTokenId),
      position_ids: int32(shape, (i) => positions[textOf(i)][i % sequence] ?? i % sequence),
      token_type_ids: int32(shape, () => 0),
      attention_mask: { dtype: 'bool', shape: [texts.length, 1, 1, sequence], data: mask },
    },
    texts: texts.length,
    sequence,
    groups: [{ texts: [...texts.keys()], sequence }],
    tokenText: Int32Array.from(mask, (_, i) => textOf(i)),
    tokenPlace: Int32Array.from(mask, (_, i) => i % sequence),
  }
}
