/** Activation functions under the names of Hugging Face's ACT2FN. */
import { asFloat32 } from '../autocast.ts'
import { add, erf, exp, greater, mul, sigmoid, sub, tanh, where } from '../operators.ts'
import { withGradient } from '../operators.ts'
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
const silu: Activation = (x) => mul(x, sigmoid(x))

const formulas: Record<string, Activation> = {
  gelu,
  gelu_python: gelu,
  gelu_new: geluTanh,
  gelu_fast: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  gelu_python_tanh: geluTanh,
  quick_gelu: (x) => mul(x, sigmoid(mul(x, 1.702))),
  relu,
  relu2: (x) => mul(relu(x), relu(x)),
  relu6: (x) => sub(relu(x), relu(sub(x, 6))),
  silu,
  swish: silu,
  sigmoid,
  tanh,
  linear: (x) => x,
}

/** In float32, as torch's kernels compute inside whatever they are given. */
export const activations: Record<string, Activation> = Object.fromEntries(Object.entries(formulas).map(([name, formula]) => [name, (x) => formula(asFloat32(x))]))
