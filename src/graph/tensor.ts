/**
 * The graph: tensors made by nodes from other tensors. Building a graph computes nothing; `onnx.ts` turns it into a model.
 * Operators carry their ONNX names and mean what ONNX says they mean (opset 17).
 */
import type { DType, HostArray } from '../runtime/tensor.ts'

/**
 * A size known when the graph is built, or the name of one that each run decides: `batch`, or what is made of such, as
 * `tokens·3`, `sequence+sequence` and `sequence+sequence-1`.
 */
export type Dim = number | string
export type Shape = readonly Dim[]

type None = Record<never, never>

/** Every operator with its attributes. A forward operator also needs its gradient rule (gradients/index.ts), or nothing compiles. */
export interface Operators {
  // leaves
  Input: { name: string }
  /** By its Hugging Face name. */
  Parameter: { name: string }
  Constant: { data: HostArray }
  /** 0, 1, 2, … up to a named size, int32 */
  Range: { dim: string }
  // elementwise, broadcasting as in ONNX
  Add: None
  Sub: None
  Mul: None
  Div: None
  Neg: None
  Exp: None
  Log: None
  Sqrt: None
  Erf: None
  Tanh: None
  Sigmoid: None
  Cos: None
  Sin: None
  Where: None
  Equal: None
  Greater: None
  Cast: { to: DType }
  // linear algebra
  MatMul: None
  /** alpha · A' B' + beta · C, over two axes */
  Gemm: { transA: boolean; transB: boolean; alpha: number; beta: number }
  // reduction
  ReduceSum: { axes: readonly number[]; keepdims: boolean }
  /** Of integers only, so it has no gradient. */
  CumSum: { along: number; reverse: boolean }
  // movement
  Reshape: { shape: Shape }
  Transpose: { perm: readonly number[] }
  Expand: { shape: Shape }
  Gather: None
  Concat: { axis: number }
  /** Into equal parts, one output each. */
  Split: { axis: number }
  /** From `start` on, up to `end` where it is given. */
  Slice: { along: number; start: Dim; end?: Dim }
  // normalisation
  Softmax: { axis: number }
  LayerNormalization: { axis: number; epsilon: number }
  /** The first inputs, one for each output, as they are, with a gradient of their own for the others: see `withGradients`. */
  WithGradient: { gradient: (dys: Tensor[]) => (Tensor | null)[] }
}

export type OperatorName = keyof Operators

export interface Node<Name extends OperatorName = OperatorName> {
  readonly op: Name
  readonly inputs: readonly Tensor[]
  readonly attributes: Operators[Name]
  readonly outputs: Tensor[]
}

export interface Tensor {
  readonly node: Node
  /** Which of the node's outputs this is. */
  readonly index: number
  readonly dtype: DType
  readonly shape: Shape
}

/** Makes a node; `outputs` are the dtype and shape of each of its outputs. */
export function makeNode<Name extends OperatorName>(
  op: Name,
  inputs: readonly Tensor[],
  attributes: Operators[Name],
  ...outputs: { dtype: DType; shape: Shape }[]
): Tensor[] {
  const node: Node<Name> = { op, inputs, attributes, outputs: [] }
  node.outputs.push(...outputs.map(({ dtype, shape }, index) => ({ node: node as Node, index, dtype, shape })))
  return node.outputs
}

/** True where `tensor` was made by `op`; narrows to the node with its attributes. */
export function madeBy<Name extends OperatorName>(tensor: Tensor, op: Name): tensor is Tensor & { node: Node<Name> } {
  return tensor.node.op === op
}

/** Nodes that `outputs` need, each after the nodes that it reads. */
export function inOrder(outputs: readonly Tensor[]): Node[] {
  const order: Node[] = []
  const placed = new Set<Node>()
  const open = outputs.map((output) => output.node).reverse()
  while (open.length > 0) {
    const node = open[open.length - 1]
    const needed = node.inputs.map((input) => input.node).filter((input) => !placed.has(input))
    if (needed.length > 0 && !placed.has(node)) {
      open.push(...needed.reverse())
      continue
    }
    open.pop()
    if (placed.has(node)) continue
    placed.add(node)
    order.push(node)
  }
  return order
}
