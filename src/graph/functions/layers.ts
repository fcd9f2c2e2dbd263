/** Layers by the names and shapes of torch.nn. */
import { add, constant, gemm, layerNormalization, matMul, parameter, softmax, transposeLast } from '../operators.ts'
import { known } from '../shapes.ts'
import type { Tensor } from '../tensor.ts'

/** x W ᵀ + b: x [rows, in], `name.weight` [out, in], `name.bias` [out] → [rows, out] */
export function linear(x: Tensor, name: string, out: number, bias = true): Tensor {
  const weight = parameter(`${name}.weight`, [out, known(x.shape, 1)])
  return gemm(x, weight, { transB: true, c: bias ? parameter(`${name}.bias`, [out]) : undefined })
}

/** Over the last axis, with `name.weight` and `name.bias`. */
export function layerNorm(x: Tensor, name: string, epsilon: number, bias = true): Tensor {
  const width = known(x.shape, -1)
  const shift = bias ? parameter(`${name}.bias`, [width]) : constant(new Float32Array(width), 'float32', [width])
  return layerNormalization(x, parameter(`${name}.weight`, [width]), shift, epsilon)[0]
}

export interface AttentionOptions {
  /** Added to the scores: 0, or a large negative finite number where a key is not to be seen; broadcasts to the scores. */
  bias: Tensor
  /** Applied to the probabilities. */
  dropout: (probabilities: Tensor) => Tensor
}

/**
 * softmax(q kᵀ + bias) v, the queries already scaled by 1/√d: q [batch, heads, queries, d], k and v [batch, heads, keys, d] → [batch, heads, queries, d].
 * Where every key of a row is hidden the probabilities are uniform, as in transformers, and never NaN.
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, { bias, dropout }: AttentionOptions): Tensor {
  const scores = matMul(q, transposeLast(k))
  return matMul(dropout(softmax(add(scores, bias))), v)
}
