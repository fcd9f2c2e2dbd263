import { matMul, mul, reduceSum, reshape, sub } from '../operators.ts'
import type { Tensor } from '../tensor.ts'
import { known } from '../shapes.ts'
import type { Rule } from './rule.ts'

type Names = 'Softmax' | 'LayerNormalization'

export const normalization: { [Name in Names]: Rule<Name> } = {
  // y = softmax x:  dx = y (dy − Σ dy y)
  Softmax: ({ y, dy }) => [mul(y, sub(dy, reduceSum(mul(dy, y), [-1], true)))],
  // x̂ = (x − mean)/σ, y = γ x̂ + β:  dx = (γ dy − ⟨γ dy⟩ − x̂ ⟨γ dy x̂⟩)/σ,  dγ = Σ dy x̂,  dβ = Σ dy  (⟨⟩: mean over the row)
  LayerNormalization: ({ x: [x, scale], node, dy }) => {
    const [, mean, inverse] = node.outputs
    const width = known(x.shape, -1)
    const normal = mul(sub(x, mean), inverse)
    const dyNormal = mul(dy, normal)
    const weights = reshape(mul(scale, 1 / width), [width, 1])
    const weightedMean = (rows: Tensor) => matMul(rows, weights)
    const dx = mul(sub(sub(mul(dy, scale), weightedMean(dy)), mul(normal, weightedMean(dyNormal))), inverse)
    return [dx, dyNormal, dy]
  },
}
