import { open } from 'node:fs/promises'
import { compile, initializerBytes } from '../graph/onnx.ts'
import { add, cast, cumSum, equal, expand, input, integers, mul, range, reshape, sub } from '../graph/operators.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Architecture } from './architecture.ts'
import type { LookupKind } from './layouts/layout.ts'
import { padded, type PaddedInputs } from './layouts/padded.ts'

/**
 * Writes the classifier as an ONNX model in the form that transformers.js (and Hugging Face's optimum) give it: int64 `input_ids`,
 * `attention_mask` and, where the family has them, `token_type_ids` [batch_size, sequence_length] → `logits`.
 */
export async function exportModel(path: string, architecture: Architecture, config: unknown, labels: number, value: (name: string) => Float32Array): Promise<void> {
  const model = compile({ logits: architecture.logits(config, labels, padded(exportedInputs(architecture, config), false)) }, 'file')
  const file = await open(path, 'w')
  try {
    await file.writeFile(model.bytes)
    for (const { name, shape } of model.parameters) await file.writeFile(initializerBytes(name, shape as number[], value(name)))
    await file.sync()
  } finally {
    await file.close()
  }
}

function exportedInputs({ usesTokenTypes, positionsAfter }: Architecture, config: unknown): PaddedInputs {
  const ids = (name: string) => input(name, 'int64', ['batch', 'sequence'])
  const made: Record<LookupKind, () => Tensor> = {
    input_ids: () => ids('input_ids'),
    token_type_ids: () => usesTokenTypes(config) ? ids('token_type_ids') : expand(integers([0], [1, 1]), ['batch', 'sequence']),
    position_ids: () => positionsAfter ? positionsAfterPadding(cast(ids('input_ids'), 'int32'), positionsAfter(config)) : expand(reshape(range('sequence'), [1, 'sequence']), ['batch', 'sequence']),
  }
  return {
    ids: (kind) => made[kind](),
    mask: reshape(cast(ids('attention_mask'), 'bool'), ['batch', 1, 1, 'sequence']),
  }
}

/** As `positionsOf` in layouts/batch.ts. */
function positionsAfterPadding(ids: Tensor, padding: number): Tensor {
  const isToken = sub(1, cast(equal(ids, padding), 'int32'))
  return add(mul(cumSum(isToken, 1), isToken), padding)
}
