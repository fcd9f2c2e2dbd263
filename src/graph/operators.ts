/** One function per ONNX operator: checks shapes and makes the node. A number stands for a float constant. */
import { hostArray, type DType, type HostArray } from '../runtime/tensor.ts'
import { forProduct, forSum, isHalf, promoted } from './autocast.ts'
import { broadcast, known, minus } from './shapes.ts'
import { makeNode, type Dim, type OperatorName, type Shape, type Tensor } from './tensor.ts'

type Operand = Tensor | number

export function input(name: string, dtype: DType, shape: Shape): Tensor {
  return makeNode('Input', [], { name }, { dtype, shape })[0]
}

export function parameter(name: string, shape: readonly number[]): Tensor {
  return makeNode('Parameter', [], { name }, { dtype: 'float32', shape })[0]
}

export function constant(data: HostArray, dtype: DType, shape: readonly number[]): Tensor {
  return makeNode('Constant', [], { data }, { dtype, shape })[0]
}

/** 0, 1, 2, …: as many as the named size, int32 [dim]. */
export function range(dim: string): Tensor {
  return makeNode('Range', [], { dim }, { dtype: 'int32', shape: [dim] })[0]
}

export function scalar(value: number): Tensor {
  const data = hostArray('float32', 1)
  data[0] = value
  return constant(data, 'float32', [])
}

export function integers(values: readonly number[], shape: readonly number[]): Tensor {
  return constant(Int32Array.from(values), 'int32', shape)
}

/** A number beside a tensor is of its type; of two floating types the wider one counts. */
function operands(a: Operand, b: Operand): [Tensor, Tensor] {
  if (typeof a !== 'number' && typeof b !== 'number') return promoted(a, b)
  const { dtype } = (typeof a === 'number' ? b : a) as Tensor
  const asTensor = (operand: Operand) => typeof operand === 'number' ? number(operand, dtype) : operand
  return [asTensor(a), asTensor(b)]
}

/** A number as a scalar of a type. */
export function number(value: number, dtype: DType): Tensor {
  if (dtype === 'int32') return integers([value], [])
  return isHalf(dtype) ? cast(scalar(value), dtype) : scalar(value)
}

type Elementwise = { [Name in OperatorName]: Name extends 'Add' | 'Sub' | 'Mul' | 'Div' | 'Equal' | 'Greater' ? Name : never }[OperatorName]

function elementwise(op: Elementwise, a: Operand, b: Operand, dtype?: DType): Tensor {
  const [x, y] = operands(a, b)
  if (x.dtype !== y.dtype) throw new Error(`${op} of ${x.dtype} and ${y.dtype}`)
  return makeNode(op, [x, y], {}, { dtype: dtype ?? x.dtype, shape: broadcast(x.shape, y.shape) })[0]
}

export const add = (a: Operand, b: Operand) => elementwise('Add', a, b)
export const sub = (a: Operand, b: Operand) => elementwise('Sub', a, b)
export const mul = (a: Operand, b: Operand) => elementwise('Mul', a, b)
export const div = (a: Operand, b: Operand) => elementwise('Div', a, b)
export const equal = (a: Operand, b: Operand) => elementwise('Equal', a, b, 'bool')
export const greater = (a: Operand, b: Operand) => elementwise('Greater', a, b, 'bool')

type Unary = { [Name in OperatorName]: Name extends 'Neg' | 'Exp' | 'Log' | 'Sqrt' | 'Erf' | 'Tanh' | 'Sigmoid' | 'Cos' | 'Sin' ? Name : never }[OperatorName]

const unary = (op: Unary) => (x: Tensor): Tensor => makeNode(op, [x], {}, x)[0]

export const neg = unary('Neg')
export const exp = unary('Exp')
export const log = unary('Log')
export const sqrt = unary('Sqrt')
export const erf = unary('Erf')
export const tanh = unary('Tanh')
export const sigmoid = unary('Sigmoid')
export const cos = unary('Cos')
export const sin = unary('Sin')

export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const [x, y] = typeof a === 'number' && typeof b === 'number' ? [scalar(a), scalar(b)] : operands(a, b)
  return makeNode('Where', [condition, x, y], {}, { dtype: x.dtype, shape: broadcast(condition.shape, x.shape, y.shape) })[0]
}

export function cast(x: Tensor, to: DType): Tensor {
  return makeNode('Cast', [x], { to }, { dtype: to, shape: x.shape })[0]
}

/** [..., m, k] · [..., k, n] → [..., m, n] */
export function matMul(left: Tensor, right: Tensor): Tensor {
  const [a, b] = [left, right].map(forProduct)
  if (a.shape.at(-1) !== b.shape.at(-2)) throw new Error(`MatMul of [${a.shape}] and [${b.shape}]`)
  const shape = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), a.shape.at(-2)!, b.shape.at(-1)!]
  return makeNode('MatMul', [a, b], {}, { dtype: a.dtype, shape })[0]
}

export interface GemmOptions { transA?: boolean; transB?: boolean; alpha?: number; beta?: number; c?: Tensor }

/** alpha · A' B' + beta · c, with A' = Aᵀ where transA: [m, k] · [k, n] → [m, n]; c broadcasts to [m, n]. */
export function gemm(left: Tensor, right: Tensor, { transA = false, transB = false, alpha = 1, beta = 1, c: added }: GemmOptions = {}): Tensor {
  const [a, b, c] = [left, right, ...added ? [added] : []].map(forProduct)
  const [m, k] = transA ? [a.shape[1], a.shape[0]] : a.shape
  const [k2, n] = transB ? [b.shape[1], b.shape[0]] : b.shape
  if (a.shape.length !== 2 || b.shape.length !== 2 || k !== k2) throw new Error(`Gemm of [${a.shape}] and [${b.shape}] (transA ${transA}, transB ${transB})`)
  return makeNode('Gemm', c ? [a, b, c] : [a, b], { transA, transB, alpha, beta }, { dtype: a.dtype, shape: [m, n] })[0]
}

/** Of integers: sums along an axis up to each value, or from each value on where `reverse`. */
export function cumSum(x: Tensor, axis: number, reverse = false): Tensor {
  return makeNode('CumSum', [x], { along: axis, reverse }, x)[0]
}

export function reduceSum(terms: Tensor, axes: readonly number[], keepdims = false): Tensor {
  const x = forSum(terms)
  const summed = axes.map((axis) => (axis + x.shape.length) % x.shape.length)
  const shape = x.shape.flatMap((dim, axis) => (!summed.includes(axis) ? [dim] : keepdims ? [1] : []))
  return makeNode('ReduceSum', [x], { axes: summed, keepdims }, { dtype: x.dtype, shape })[0]
}

export function reshape(x: Tensor, shape: Shape): Tensor {
  return makeNode('Reshape', [x], { shape }, { dtype: x.dtype, shape })[0]
}

export function transpose(x: Tensor, perm: readonly number[]): Tensor {
  return makeNode('Transpose', [x], { perm }, { dtype: x.dtype, shape: perm.map((axis) => x.shape[axis]) })[0]
}

/** Swaps the last two axes. */
export function transposeLast(x: Tensor): Tensor {
  const rank = x.shape.length
  return transpose(x, [...Array(rank - 2).keys(), rank - 1, rank - 2])
}

export function expand(x: Tensor, shape: Shape): Tensor {
  return makeNode('Expand', [x], { shape }, { dtype: x.dtype, shape })[0]
}

/** Rows of `x` along its first axis: [n, ...] by indices [i, ...] → [i, ..., ...] */
export function gather(x: Tensor, indices: Tensor): Tensor {
  return makeNode('Gather', [x, indices], {}, { dtype: x.dtype, shape: [...indices.shape, ...x.shape.slice(1)] })[0]
}

export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const dims = parts.map((part) => part.shape[axis])
  const total = dims.every((dim) => typeof dim === 'number') ? dims.reduce((sum, dim) => sum + dim, 0) : dims.join('+')
  return makeNode('Concat', parts, { axis }, { dtype: parts[0].dtype, shape: parts[0].shape.with(axis, total) })[0]
}

/** Into `count` equal parts along an axis. */
export function split(x: Tensor, axis: number, count: number): Tensor[] {
  const part = { dtype: x.dtype, shape: x.shape.with(axis, known(x.shape, axis) / count) }
  return makeNode('Split', [x], { axis }, ...Array.from({ length: count }, () => part))
}

/** What lies along an axis from `start` on, all or up to `end`. */
export function slice(x: Tensor, axis: number, start: Dim, end?: Dim): Tensor {
  const size = end === undefined ? minus(x.shape[axis], start) : minus(end, start)
  return makeNode('Slice', [x], { along: axis, start, end }, { dtype: x.dtype, shape: x.shape.with(axis, size) })[0]
}

export function softmax(scores: Tensor): Tensor {
  const x = forSum(scores)
  return makeNode('Softmax', [x], { axis: -1 }, x)[0]
}

/** Over the last axis: [y, mean, 1/√(variance + epsilon)], the last two with that axis 1. */
export function layerNormalization(rows: Tensor, scale: Tensor, bias: Tensor, epsilon: number): [y: Tensor, mean: Tensor, inverse: Tensor] {
  const x = forSum(rows)
  const row = { dtype: x.dtype, shape: x.shape.with(-1, 1) }
  return makeNode('LayerNormalization', [x, scale, bias], { axis: -1, epsilon }, x, row, row) as [Tensor, Tensor, Tensor]
}

/**
 * `y`, with a hand-made gradient: `gradient(dy)` gives that of each of `inputs` (null for none) in place of what the rules would
 * derive from the nodes in between.
 */
export function withGradient(y: Tensor, inputs: readonly Tensor[], gradient: (dy: Tensor) => (Tensor | null)[]): Tensor {
  return withGradients([y], inputs, ([dy]) => gradient(dy))[0]
}

/** The same of several tensors that are made from `inputs` together; where the loss does not depend on one, its gradient is 0. */
export function withGradients(ys: readonly Tensor[], inputs: readonly Tensor[], gradient: (dys: Tensor[]) => (Tensor | null)[]): Tensor[] {
  return makeNode('WithGradient', [...ys, ...inputs], { gradient }, ...ys)
}
