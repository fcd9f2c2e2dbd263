/**
 * Mixed precision as torch.autocast has it: while a forward pass is built inside `autocast`, products take their operands in half
 * precision; softmax, layer norms and sums theirs in float32; everything else keeps the type of its operands, and the wider one
 * where they differ. Gradients are built outside: each has the type of what it is the gradient of, as Cast's own is a cast back.
 */
import type { DType } from '../runtime/tensor.ts'
import { makeNode, type Tensor } from './tensor.ts'

export type Half = 'float16' | 'bfloat16'

let products: Half | undefined

/** What `build` makes, with its products in half precision; as it is without one. */
export function autocast<Result>(half: Half | undefined, build: () => Result): Result {
  const outer = products
  products = half
  try {
    return build()
  } finally {
    products = outer
  }
}

export function isHalf(dtype: DType): dtype is Half {
  return dtype === 'float16' || dtype === 'bfloat16'
}

/** An operand of a product. */
export function forProduct(x: Tensor): Tensor {
  return products ? inType(products, x) : x
}

/** What is added up, normalised or exponentiated. */
export function forSum(x: Tensor): Tensor {
  return products ? asFloat32(x) : x
}

/** A tensor of floats in float32. */
export function asFloat32(x: Tensor): Tensor {
  return inType('float32', x)
}

/** Operands that an elementwise operator takes together. */
export function promoted(a: Tensor, b: Tensor): [Tensor, Tensor] {
  return isHalf(a.dtype) === isHalf(b.dtype) ? [a, b] : [asFloat32(a), asFloat32(b)]
}

/** A tensor of floats in another such type. */
export function inType(to: DType, x: Tensor): Tensor {
  const isOther = x.dtype !== to && (x.dtype === 'float32' || isHalf(x.dtype))
  return isOther ? makeNode('Cast', [x], { to }, { dtype: to, shape: x.shape })[0] : x
}
