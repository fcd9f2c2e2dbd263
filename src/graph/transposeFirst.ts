/**
 * For the CPU: the left factor of a product lies row by row before the product begins. ONNX Runtime's sgemm otherwise transposes
 * it again for every block of columns, and runs at three quarters of its speed; weight gradients, a third of all products, are of
 * that kind (bench/README.md has the rates).
 */
import { gemm, transpose } from './operators.ts'
import { inOrder, madeBy, makeNode, type Node, type Tensor } from './tensor.ts'

/** The size whose products are too small to gain. */
const few = 'batch'

/** The same outputs, with no float32 Gemm over rows that only a run counts left to transpose its left factor. */
export function transposeFirst(outputs: Record<string, Tensor>): Record<string, Tensor> {
  const done = new Map<Tensor, Tensor>()
  const transposed = new Map<Tensor, Tensor>()
  const transposeOnce = (x: Tensor) => transposed.get(x) ?? transposed.set(x, transpose(x, [1, 0])).get(x)!
  for (const node of inOrder(Object.values(outputs))) {
    const inputs = node.inputs.map((input) => done.get(input)!)
    const product = rewritten(node, inputs, transposeOnce)
    const made = product ? [product] : inputs.every((input, i) => input === node.inputs[i]) ? node.outputs : makeNode(node.op, inputs, node.attributes, ...node.outputs)
    node.outputs.forEach((output, i) => done.set(output, made[i]))
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, done.get(tensor)!]))
}

// Aᵀ B = (Aᵀ) B, or (Bᵀ A)ᵀ where B is the narrower one
function rewritten(node: Node, [a, b, c]: Tensor[], transposeOnce: (x: Tensor) => Tensor): Tensor | undefined {
  const [y] = node.outputs
  if (!madeBy(y, 'Gemm')) return undefined
  const { transA, transB, alpha, beta } = y.node.attributes
  const [rows] = a.shape
  if (!transA || transB || y.dtype !== 'float32' || typeof rows === 'number' || rows === few) return undefined
  const narrower = Number(b.shape[1]) < Number(a.shape[1])
  return narrower && !c
    ? transpose(gemm(transposeOnce(b), a, { alpha }), [1, 0])
    : gemm(transposeOnce(a), b, { alpha, beta, c })
}
