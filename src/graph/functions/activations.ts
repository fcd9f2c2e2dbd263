/** Activation functions under the names of Hugging Face's ACT2FN. */
import { asFloat32 } from '../autocast.ts'
import { add, erf, exp, greater, log, mul, neg, sigmoid, sub, tanh, where, withGradient } from '../operators.ts'
import type { Tensor } from '../tensor.ts'

type Activation = (x: Tensor) => Tensor

/**
 * x Φ(x), exact. With u = x/√2:  y = u (1 + erf u)/√2,  dx = ½ dy (1 + erf u + 2u e^(−u²)/√π). The constant factors end up in the
 * neighbouring products (simplify.ts), so few passes over the widest tensor of the model remain.
 */
function gelu(x: Tensor): Tensor {
  const u = mul(x, Math.SQRT1_2)
  const twicePhi = add(erf(u), 1)
  return withGradient(mul(mul(u, twicePhi), Math.SQRT1_2), [x], (dy) => {
    const bell = exp(sub(Math.log(2 / Math.sqrt(Math.PI)), mul(u, u)))
    return [mul(mul(dy, add(twicePhi, mul(u, bell))), 0.5)]
  })
}

/** ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), Hendrycks & Gimpel 2016 */
function geluTanh(x: Tensor): Tensor {
  const inner = mul(mul(x, add(mul(mul(x, x), 0.044715), 1)), Math.sqrt(2 / Math.PI))
  return mul(mul(x, 0.5), add(tanh(inner), 1))
}

const relu: Activation = (x) => where(greater(x, 0), x, 0)
const relu6: Activation = (x) => sub(relu(x), relu(sub(x, 6)))
const silu: Activation = (x) => mul(x, sigmoid(x))

/** ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|), which overflows nowhere */
export function softplus(x: Tensor): Tensor {
  return add(relu(x), log(add(exp(where(greater(x, 0), neg(x), x)), 1)))
}

/** Within ±`bound`. */
function clip(x: Tensor, bound: number): Tensor {
  const notAbove = where(greater(x, bound), bound, x)
  return where(greater(-bound, notAbove), -bound, notAbove)
}

/** ½ (1 + erf((x − μ)/(σ√2))), Ma et al. 2022, with ACT2FN's μ and σ */
function laplace(x: Tensor): Tensor {
  return mul(add(erf(mul(sub(x, 0.707107), Math.SQRT1_2 / 0.282095)), 1), 0.5)
}

const formulas: Record<string, Activation> = {
  gelu,
  gelu_python: gelu,
  gelu_new: geluTanh,
  gelu_fast: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  gelu_python_tanh: geluTanh,
  gelu_accurate: geluTanh,
  gelu_10: (x) => clip(gelu(x), 10),
  quick_gelu: (x) => mul(x, sigmoid(mul(x, 1.702))),
  relu,
  relu2: (x) => mul(relu(x), relu(x)),
  relu6,
  leaky_relu: (x) => where(greater(x, 0), x, mul(x, 0.01)),
  hardswish: (x) => mul(mul(x, relu6(add(x, 3))), 1 / 6),
  silu,
  swish: silu,
  mish: (x) => mul(x, tanh(softplus(x))),
  laplace,
  sigmoid,
  tanh,
  linear: (x) => x,
}

/** In float32, as torch's kernels compute inside whatever they are given. */
export const activations: Record<string, Activation> = Object.fromEntries(Object.entries(formulas).map(([name, formula]) => [name, (x) => formula(asFloat32(x))]))
