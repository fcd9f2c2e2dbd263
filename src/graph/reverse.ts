import { rules } from './gradients/index.ts'
import { asFloat32, inType } from './autocast.ts'
import { add, expand, gemm, number, reduceSum, reshape, scalar } from './operators.ts'
import { broadcastAxes, sameShape } from './shapes.ts'
import type { Rule } from './gradients/rule.ts'
import { inOrder, type Node, type OperatorName, type Shape, type Tensor } from './tensor.ts'

/**
 * Reverse mode: the gradient of a scalar `loss` with respect to each tensor of `wrt` (parameters, or anything in between), in
 * their order. Only nodes between them and the loss are visited; what none of them needs is not built.
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  const order = inOrder([loss])
  const needed = new Set<Tensor>(wrt)
  for (const node of order) {
    if (node.inputs.some((input) => needed.has(input))) node.outputs.forEach((output) => needed.add(output))
  }

  const found = new Map<Tensor, Tensor>([[loss, scalar(1)]])
  for (const node of order.reverse()) {
    const dys = node.outputs.map((output) => found.get(output))
    if (!dys.some(Boolean)) continue
    backward(node, dys, needed).forEach((gradient, i) => {
      const x = node.inputs[i]
      if (!gradient || !needed.has(x)) return
      const known = found.get(x)
      const part = undoBroadcast(gradient, x.shape)
      found.set(x, known ? add(known, part) : part)
    })
  }
  return wrt.map((tensor) => found.get(tensor) ?? unreached(tensor.node))
}

function backward(node: Node, dys: readonly (Tensor | undefined)[], needed: Set<Tensor>): (Tensor | null)[] {
  const needs = node.inputs.map((input) => needed.has(input))
  const rule = rules[node.op] as Rule<OperatorName> | 'none'
  if (rule === 'none' || !needs.includes(true)) return []
  return rule({ x: node.inputs, y: node.outputs[0], dy: dys[0]!, dys, attributes: node.attributes, node, needs })
}

/** Sums a gradient over the axes along which the forward pass repeated values. */
function undoBroadcast(gradient: Tensor, shape: Shape): Tensor {
  const axes = broadcastAxes(gradient.shape, shape)
  if (axes.length === 0) return sameShape(gradient.shape, shape) ? gradient : reshape(gradient, shape)
  const columnSums = gradient.shape.length === 2 && axes.length === 1 && axes[0].axis === 0
  const sums = columnSums
    ? gemm(expand(number(1, gradient.dtype), [1, gradient.shape[0]]), gradient) // a product with ones: faster than ReduceSum
    : inType(gradient.dtype, reduceSum(asFloat32(gradient), axes.map(({ axis }) => axis), true))
  return sameShape(sums.shape, shape) ? sums : reshape(sums, shape)
}

function unreached(node: Node): never {
  throw new Error(`no gradient reaches ${node.op} ${'name' in node.attributes ? node.attributes.name : ''}`)
}
