/** What a run of a graph costs, told from its shapes before anything runs. */
import type { DType } from '../runtime/tensor.ts'
import { simplify } from './simplify.ts'
import { transposeFirst } from './transposeFirst.ts'
import { inOrder, madeBy, type Dim, type Node, type Shape, type Tensor } from './tensor.ts'

export interface Cost {
  /** Additions and multiplications in matrix products. */
  operations: number
  /** Bytes of all tensors that are computed: what is written, and about what is read. */
  bytes: number
  /** Bytes of the tensors that are there at once, from the node that makes each to the last one that reads it; parameters and outputs are not among them. */
  peakBytes: number
}

/** The named sizes of a run: `batch`, `tokens`. */
export type Sizes = Readonly<Record<string, number>>

/** With what was found out from them. */
export type KnownSizes = Record<string, number>

const bytesOf: Readonly<Record<DType, number>> = { float32: 4, int32: 4, int64: 8, bool: 1, float16: 2, bfloat16: 2 }

/** Prepares for telling the cost of runs of the graph that computes `outputs`. */
export function costModel(outputs: Readonly<Record<string, Tensor>>): (sizes: Sizes) => Cost {
  const results = Object.values(transposeFirst(simplify({ ...outputs })))
  const order = inOrder(results)
  const kept = new Set(results.map(memoryOf))
  const lastReader = new Map<Tensor, Node>()
  for (const node of order) for (const input of node.inputs) lastReader.set(memoryOf(input), node)
  const isTemporary = (tensor: Tensor) => isComputed(tensor.node) && !kept.has(tensor)
  const inputs = order.filter(({ op }) => op === 'Input').flatMap(({ outputs }) => outputs)
  const work = order.filter(isComputed).map((node) => ({
    node,
    made: node.outputs.filter(isTemporary),
    freed: new Set([
      ...node.inputs.map(memoryOf).filter((tensor) => isTemporary(tensor) && lastReader.get(tensor) === node),
      ...node.outputs.filter((tensor) => isTemporary(tensor) && !lastReader.has(tensor)),
    ]),
  }))

  return (given) => {
    const sizes = { ...given }
    const cost: Cost = { operations: 0, bytes: 0, peakBytes: 0 }
    let live = total(inputs, sizes)
    for (const { node, made, freed } of work) {
      cost.operations += operations(node, sizes)
      cost.bytes += total(node.outputs, sizes)
      live += total(made, sizes)
      cost.peakBytes = Math.max(cost.peakBytes, live)
      live -= total(freed, sizes)
    }
    return cost
  }
}

/** What the named sizes are, from what inputs are declared as and what a run gives them. */
export function sizesIn(declared: readonly { name: string; shape: Shape }[], given: Readonly<Record<string, { shape: readonly number[] }>>): Sizes {
  return Object.fromEntries(declared.flatMap(({ name, shape }) => shape.flatMap((dim, axis) => (
    typeof dim === 'string' && given[name] ? [[dim, given[name].shape[axis]]] : []))))
}

/** A reshaped tensor is another view of the same memory. */
function memoryOf(tensor: Tensor): Tensor {
  return madeBy(tensor, 'Reshape') ? memoryOf(tensor.node.inputs[0]) : tensor
}

function isComputed({ op }: Node): boolean {
  return op !== 'Input' && op !== 'Parameter' && op !== 'Constant' && op !== 'Reshape'
}

/** Additions and multiplications of a matrix product: 2 for each value of the result and each pair of values that make it. */
export function operations({ op, inputs: [a], attributes, outputs }: Node, sizes: KnownSizes): number {
  if (op !== 'Gemm' && op !== 'MatMul') return 0
  const transposed = op === 'Gemm' && (attributes as { transA: boolean }).transA
  return 2 * elements(outputs[0].shape, sizes) * elements([a.shape.at(transposed ? -2 : -1)!], sizes)
}

function total(tensors: Iterable<Tensor>, sizes: KnownSizes): number {
  let bytes = 0
  for (const { dtype, shape } of tensors) bytes += elements(shape, sizes) * bytesOf[dtype]
  return bytes
}

/** A shape in numbers. */
export function shapeIn(shape: Shape, sizes: KnownSizes): number[] {
  return shape.map((dim) => dimIn(dim, sizes))
}

function elements(shape: Shape, sizes: KnownSizes): number {
  return shape.reduce<number>((product, dim) => product * dimIn(dim, sizes), 1)
}

function dimIn(dim: Dim, sizes: KnownSizes): number {
  return typeof dim === 'number' ? dim : sizes[dim] ??= sizeOf(dim, sizes)
}

/** A size by its name, which may be a product or sum of others: `sequence·sequence`, `sequence+sequence-1`. */
function sizeOf(name: string, sizes: Sizes): number {
  if (name in sizes) return sizes[name]
  if (/^\d+$/.test(name)) return Number(name)
  const [, size, cut] = /^(.+)-([^-]+)$/.exec(name) ?? []
  if (cut) return sizeOf(size, sizes) - sizeOf(cut, sizes)
  if (name.includes('+')) return name.split('+').reduce((sum, part) => sum + sizeOf(part, sizes), 0)
  if (name.includes('·')) return name.split('·').reduce((product, part) => product * sizeOf(part, sizes), 1)
  throw new Error(`no run tells the size “${name}”`)
}
