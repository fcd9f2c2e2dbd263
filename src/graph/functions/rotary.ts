import { add, concat, constant, cast, cos, mul, range, reshape, sin, split, sub } from '../operators.ts'
import { known } from '../shapes.ts'
import type { Tensor } from '../tensor.ts'

/**
 * Rotary positions (Su et al. 2021): features i and i + d/2 of a token at place t turn by t · theta^(−2i/d).
 * x [batch, heads, sequence, d] → the same; the first tokens alone, [batch, heads, 1, d], are at place 0 and stay.
 */
export function rotary(theta: number): (x: Tensor) => Tensor {
  return (x) => {
    if (x.shape[2] === 1) return x
    const sequence = x.shape[2] as string
    const half = known(x.shape, 3) / 2
    const frequencies = Float32Array.from({ length: half }, (_, i) => 1 / Math.fround(theta ** Math.fround(i / half)))
    const angles = mul(reshape(cast(range(sequence), 'float32'), [sequence, 1]), constant(frequencies, 'float32', [1, half]))
    const [a, b] = split(x, 3, 2)
    const [c, s] = [cos(angles), sin(angles)]
    return concat([sub(mul(a, c), mul(b, s)), add(mul(b, c), mul(a, s))], 3)
  }
}
