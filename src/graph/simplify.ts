/**
 * Rewrites a graph into fewer, fatter nodes that compute the same: constant factors go into a product's alpha, a sum with a
 * product becomes its C, transposes go into products, equal nodes become one.
 */
import { isHalf } from './autocast.ts'
import { gemm, matMul, mul, transposeLast, type GemmOptions } from './operators.ts'
import { sameShape } from './shapes.ts'
import { inOrder, madeBy, makeNode, type Node, type Tensor } from './tensor.ts'

export function simplify(outputs: Record<string, Tensor>): Record<string, Tensor> {
  const done = new Map<Tensor, Tensor>()
  const uses = countUses(Object.values(outputs))
  const merge = makeMerger()
  for (const node of inOrder(Object.values(outputs))) {
    const inputs = node.inputs.map((input) => done.get(input)!)
    if (node.op === 'WithGradient') {
      node.outputs.forEach((output, i) => done.set(output, inputs[i]))
      continue
    }
    const single = (i: number) => uses.get(source(node.inputs[i])) === 1
    const replacement = rewrite(node, inputs, single)
    if (replacement) done.set(node.outputs[0], replacement)
    else {
      const merged = merge(node, inputs)
      node.outputs.forEach((output, i) => done.set(output, merged[i]))
    }
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, done.get(tensor)!]))
}

/** How often each tensor is read once simplified: reading what passes it on is reading the tensor itself. */
function countUses(outputs: readonly Tensor[]): Map<Tensor, number> {
  const uses = new Map<Tensor, number>()
  const use = (tensor: Tensor) => uses.set(source(tensor), (uses.get(source(tensor)) ?? 0) + 1)
  outputs.forEach(use)
  for (const node of inOrder(outputs)) if (!passedOn(node.outputs[0])) node.inputs.forEach(use)
  return uses
}

/** The tensor whose values these are. */
function source(tensor: Tensor): Tensor {
  const passed = passedOn(tensor)
  return passed ? source(passed) : tensor
}

/** The input that a node hands on as it is, if it does. */
function passedOn(tensor: Tensor): Tensor | undefined {
  const [x, other] = tensor.node.inputs
  if (madeBy(tensor, 'WithGradient')) return tensor.node.inputs[tensor.index]
  if (madeBy(tensor, 'Reshape')) return sameShape(x.shape, tensor.shape) ? x : undefined
  if (madeBy(tensor, 'Mul')) return factorOf(x) === 1 ? other : factorOf(other) === 1 ? x : undefined
  if (madeBy(tensor, 'Transpose')) return isTransposedLast(tensor) && isTransposedLast(x) ? x.node.inputs[0] : undefined
  return undefined
}

/** One tensor that does the work of `node` in fewer nodes, or undefined. `single(i)`: nobody else reads input i. */
function rewrite(node: Node, inputs: Tensor[], single: (i: number) => boolean): Tensor | undefined {
  switch (node.op) {
    case 'Reshape': return sameShape(inputs[0].shape, node.outputs[0].shape) ? inputs[0] : undefined
    case 'Transpose': return transposed(node as Node<'Transpose'>, inputs[0], single)
    case 'Mul': return scaledProduct(inputs, single)
    case 'Add': return sumWithProduct(node, inputs, single)
    case 'Gemm': return productOfScaled(node as Node<'Gemm'>, inputs)
    default: return undefined
  }
}

/** The factor, where a tensor is a scalar constant. */
function factorOf(tensor: Tensor): number | undefined {
  if (madeBy(tensor, 'Cast') && isHalf(tensor.dtype)) return factorOf(tensor.node.inputs[0])
  return madeBy(tensor, 'Constant') && tensor.shape.length === 0 && tensor.dtype === 'float32' ? Number(tensor.node.attributes.data[0]) : undefined
}

/** s · x, split into factor and tensor. */
function splitScale(tensor: Tensor): { factor: number; x: Tensor } {
  if (madeBy(tensor, 'Mul')) {
    const [a, b] = tensor.node.inputs
    const [left, right] = [factorOf(a), factorOf(b)]
    if (right !== undefined) return { factor: right, x: a }
    if (left !== undefined) return { factor: left, x: b }
  }
  return { factor: 1, x: tensor }
}

function gemmOptions(node: Node<'Gemm'>): GemmOptions {
  return { ...node.attributes, c: node.inputs[2] }
}

// s · (α A B + β C) = (s α) A B + (s β) C;  s · (t · x) = (s t) · x
function scaledProduct(inputs: Tensor[], single: (i: number) => boolean): Tensor | undefined {
  const i = inputs.findIndex((input) => factorOf(input) !== undefined)
  if (i < 0) return undefined
  const factor = factorOf(inputs[i])!
  const x = inputs[1 - i]
  if (factor === 1) return x
  if (!single(1 - i)) return undefined
  if (madeBy(x, 'Gemm')) {
    const { alpha, beta } = x.node.attributes
    return gemm(x.node.inputs[0], x.node.inputs[1], { ...gemmOptions(x.node), alpha: alpha * factor, beta: beta * factor })
  }
  const inner = splitScale(x)
  return inner.factor === 1 ? undefined : mul(inner.x, inner.factor * factor)
}

// A B + x = Gemm(A, B, C = x)
function sumWithProduct(node: Node, inputs: Tensor[], single: (i: number) => boolean): Tensor | undefined {
  for (const [i, product] of inputs.entries()) {
    const other = inputs[1 - i]
    if (madeBy(product, 'Gemm') && product.node.inputs.length === 2 && single(i) && sameShape(other.shape, node.outputs[0].shape)) {
      return gemm(product.node.inputs[0], product.node.inputs[1], { ...product.node.attributes, beta: 1, c: other })
    }
  }
  return undefined
}

/** Whether a tensor is another with its last two axes swapped. */
function isTransposedLast(tensor: Tensor): boolean {
  if (!madeBy(tensor, 'Transpose')) return false
  const { perm } = tensor.node.attributes
  const rank = perm.length
  return perm[rank - 1] === rank - 2 && perm[rank - 2] === rank - 1 && perm.slice(0, -2).every((axis, i) => axis === i)
}

// (Aᵀ)ᵀ = A;  (A B)ᵀ = Bᵀ Aᵀ, where ONNX Runtime takes the transposes into the product
function transposed(node: Node<'Transpose'>, x: Tensor, single: (i: number) => boolean): Tensor | undefined {
  if (!isTransposedLast(node.outputs[0])) return undefined
  if (isTransposedLast(x)) return x.node.inputs[0]
  if (!madeBy(x, 'MatMul') || !single(0)) return undefined
  const flip = (factor: Tensor) => (isTransposedLast(factor) ? factor.node.inputs[0] : transposeLast(factor))
  return matMul(flip(x.node.inputs[1]), flip(x.node.inputs[0]))
}

// α (s A)(t B) = (α s t) A B
function productOfScaled(node: Node<'Gemm'>, inputs: Tensor[]): Tensor | undefined {
  const [a, b] = inputs.slice(0, 2).map(splitScale)
  if (a.factor === 1 && b.factor === 1) return undefined
  return gemm(a.x, b.x, { ...node.attributes, c: inputs[2], alpha: node.attributes.alpha * a.factor * b.factor })
}

/** Makes a node again on new inputs, once for all nodes that are equal. */
function makeMerger(): (node: Node, inputs: Tensor[]) => Tensor[] {
  const numbers = new Map<Tensor, number>()
  const number = (tensor: Tensor) => numbers.get(tensor) ?? numbers.set(tensor, numbers.size).get(tensor)!
  const made = new Map<string, Tensor[]>()
  return (node, inputs) => {
    const attributes = node.op === 'Constant' ? [...(node as Node<'Constant'>).attributes.data].map(String) : node.attributes
    const key = JSON.stringify([node.op, inputs.map(number), attributes, node.outputs[0].shape, node.outputs[0].dtype])
    const known = made.get(key)
    if (known) return known
    const outputs = node.inputs.every((input, i) => input === inputs[i]) ? node.outputs : makeNode(node.op, inputs, node.attributes, ...node.outputs)
    made.set(key, outputs)
    return outputs
  }
}
