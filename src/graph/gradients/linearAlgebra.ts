import { expand, gemm, matMul, mul, reshape, transposeLast } from '../operators.ts'
import type { Tensor } from '../tensor.ts'
import type { Rule } from './rule.ts'

type Names = 'MatMul' | 'Gemm' | 'ReduceSum'

export const linearAlgebra: { [Name in Names]: Rule<Name> } = {
  // y = a b:  da = dy bᵀ,  db = aᵀ dy
  MatMul: ({ x: [a, b], dy, needs }) => [
    needs[0] ? matMul(dy, transposeLast(b)) : null,
    needs[1] ? matMul(transposeLast(a), dy) : null,
  ],
  // y = α A' B' + β c:  dA' = α dy B'ᵀ,  dB' = α A'ᵀ dy,  dc = β dy
  Gemm: ({ x: [a, b, c], dy, attributes: { transA, transB, alpha, beta }, needs }) => [
    needs[0] ? (transA ? gemm(b, dy, { transA: transB, transB: true, alpha }) : gemm(dy, b, { transB: !transB, alpha })) : null,
    needs[1] ? (transB ? gemm(dy, a, { transA: true, transB: transA, alpha }) : gemm(a, dy, { transA: !transA, alpha })) : null,
    c && needs[2] ? scaled(dy, beta) : null,
  ],
  // y = Σ x over axes:  dx = dy, repeated along them
  ReduceSum: ({ x: [x], dy, attributes: { axes } }) => [
    expand(reshape(dy, x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))), x.shape),
  ],
}

function scaled(x: Tensor, factor: number): Tensor {
  return factor === 1 ? x : mul(x, factor)
}
