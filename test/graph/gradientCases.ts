/** What the gradient rules are tried on: one row for each operator and variant of shapes and attributes. */
import { activations } from '../../src/graph/functions/activations.ts'
import { byToken } from '../../src/graph/functions/distances.ts'
import { attention } from '../../src/graph/functions/layers.ts'
import { binaryCrossEntropy, crossEntropy, meanSquaredError } from '../../src/graph/functions/loss.ts'
import { rotary } from '../../src/graph/functions/rotary.ts'
import * as ops from '../../src/graph/operators.ts'
import type { OperatorName, Tensor } from '../../src/graph/tensor.ts'
import { point, type Point } from './differences.ts'
import { tensorOf } from './tensors.ts'

export interface GradientCase {
  /** An operator whose rule this row depends on. */
  op: OperatorName
  name: string
  of: (...x: Tensor[]) => Tensor
  at: Point[]
}

const { integers, constant } = ops
const shapesOf = (at: readonly Point[]) => at.map(({ shape, dims }) => `[${dims ?? shape}]`).join(' ')
const row = (op: OperatorName, of: GradientCase['of'], at: Point[], variant = ''): GradientCase => ({ op, name: [op, variant, shapesOf(at)].filter(Boolean).join(' '), of, at })

/** Every direction in which two shapes broadcast. */
const pairs: [number[], number[]][] = [
  [[2, 3], [2, 3]], [[2, 3], [3]], [[3], [2, 3]], [[2, 1], [2, 3]], [[1, 3], [2, 1]], [[2, 3], []], [[], [3]], [[2, 3, 4], [3, 1]], [[2, 1, 4], [3, 1]],
]

const elementwise = pairs.flatMap(([a, b]) => {
  const at = [point(a, { seed: 1 }), point(b, { seed: 2 })]
  const positive = [at[0], point(b, { seed: 3, from: 0.6, to: 2 })]
  return [row('Add', ops.add, at), row('Sub', ops.sub, at), row('Mul', ops.mul, at), row('Div', ops.div, positive)]
})

const unary: GradientCase[] = [
  row('Neg', ops.neg, [point([2, 3])]),
  row('Cast', (x) => ops.cast(x, 'float32'), [point([2, 3])]),
  row('Exp', ops.exp, [point([2, 3])]),
  row('Log', ops.log, [point([2, 3], { from: 0.6, to: 3 })]),
  row('Sqrt', ops.sqrt, [point([2, 3], { from: 0.6, to: 3 })]),
  row('Erf', ops.erf, [point([3, 4])]),
  row('Tanh', ops.tanh, [point([3, 4])]),
  row('Sigmoid', ops.sigmoid, [point([3, 4])]),
  row('Cos', ops.cos, [point([3, 4])]),
  row('Sin', ops.sin, [point([3, 4])]),
  row('Mul', (x) => ops.mul(x, x), [point([3])], 'of a tensor with itself'),
  row('Add', (x) => ops.add(ops.mul(x, 2), ops.exp(x)), [point([3])], 'where two ways lead to a tensor'),
]

const bools = (shape: number[]) => constant(Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Number(i % 3 > 0)), 'bool', shape)
const choices: GradientCase[] = [
  [[2, 3], [2, 3], [2, 3]], [[2, 3], [3], [2, 1]], [[3], [2, 3], []], [[2, 1], [1, 3], [3]], [[2, 1, 1, 3], [2, 2, 2, 3], []],
].map(([condition, a, b]) => row('Where', (x, y) => ops.where(bools(condition), x, y), [point(a, { seed: 4 }), point(b, { seed: 5 })], `[${condition}]`))

const flags = [false, true]
const scalings: [alpha: number, beta: number][] = [[1, 1], [0.5, 1], [1, -2], [-1.5, 0.5]]
const sides = (transA: boolean, transB: boolean) => [point(transA ? [3, 2] : [2, 3], { seed: 6 }), point(transB ? [4, 3] : [3, 4], { seed: 7 })]
const gemms: GradientCase[] = flags.flatMap((transA) => flags.flatMap((transB) => scalings.flatMap(([alpha, beta]) => {
  const variant = `transA ${transA} transB ${transB} alpha ${alpha} beta ${beta}`
  const withoutC = row('Gemm', (a, b) => ops.gemm(a, b, { transA, transB, alpha, beta }), sides(transA, transB), variant)
  const withC = [[], [4], [1, 4], [2, 1], [2, 4]].map((shape) =>
    row('Gemm', (a, b, c) => ops.gemm(a, b, { transA, transB, alpha, beta, c }), [...sides(transA, transB), point(shape, { seed: 8 })], variant))
  return [withoutC, ...withC]
})))

const products: GradientCase[] = [
  [[2, 3], [3, 4]], [[2, 2, 3], [2, 3, 4]], [[2, 2, 2, 3], [2, 2, 3, 4]], [[2, 2, 3], [3, 4]], [[2, 3], [2, 3, 4]], [[2, 1, 2, 3], [3, 3, 2]], [[1, 2, 3], [2, 3, 1]],
].map(([a, b]) => row('MatMul', ops.matMul, [point(a, { seed: 9 }), point(b, { seed: 10 })]))

const reductions: GradientCase[] = [[0], [1], [-1], [0, 1], [0, 2], [0, 1, 2]].flatMap((axes) => flags.map((keepdims) =>
  row('ReduceSum', (x) => ops.exp(ops.reduceSum(x, axes, keepdims)), [point([2, 3, 2], { from: -0.5, to: 0.5 })], `axes ${axes} keepdims ${keepdims}`)))

const movement: GradientCase[] = [
  row('Reshape', (x) => ops.reshape(x, [2, 6]), [point([3, 4])]),
  row('Reshape', (x) => ops.reshape(x, ['batch', 2, 2]), [point([3, 4], { dims: ['batch', 4] })], 'a named size'),
  ...[[1, 0], [2, 0, 1], [0, 2, 1], [1, 2, 0], [0, 2, 1, 3], [3, 0, 2, 1]].map((perm) => row('Transpose', (x) => ops.transpose(x, perm), [point([2, 3, 4, 2].slice(0, perm.length))], `${perm}`)),
  row('Expand', (x) => ops.expand(x, [2, 3, 4]), [point([3, 1])]),
  row('Expand', (x) => ops.expand(x, [2, 3]), [point([])]),
  row('Gather', (x) => ops.gather(x, integers([2, 0, 2, 2, 1], [5])), [point([4, 3])], 'repeated indices, one row never'),
  row('Gather', (x) => ops.gather(x, integers([2, 0, 2, 2, 1, 3], [2, 3])), [point([4, 3])], 'indices of two axes'),
  row('Gather', (x) => ops.gather(x, integers([1, 1, 0], [3])), [point([3, 2, 4])], 'rows of two axes'),
  row('Gather', (x) => ops.gather(x, integers([1, 1, 0], [3])), [point([4])], 'rows of none'),
]

/** Of a square, so that a part's gradient tells its place. */
const squared = (x: Tensor) => ops.mul(x, x)
const parts: GradientCase[] = [
  ...[0, 1, 2].map((axis) => row('Concat', (a, b, c) => squared(ops.concat([a, b, c], axis)), [1, 2, 3].map((size) => point([2, 3, 4].with(axis, size), { seed: size })), `axis ${axis}`)),
  ...[0, 1, 2].map((axis) => row('Split', (x) => ops.add(...ops.split(squared(x), axis, 2).map((part, i) => ops.mul(part, i + 1)) as [Tensor, Tensor]), [point([2, 4, 6])], `axis ${axis}`)),
  row('Split', (x) => squared(ops.split(x, 1, 3)[1]), [point([2, 6])], 'one part of three'),
  row('Slice', (x) => squared(ops.slice(x, 0, 1)), [point([3, 2])], 'from 1'),
  row('Slice', (x) => squared(ops.slice(x, 1, 0, 2)), [point([3, 4])], 'up to 2'),
  row('Slice', (x) => squared(ops.slice(x, 1, 1, 3)), [point([3, 4])], 'from 1 to 3'),
  row('Slice', (x) => squared(ops.slice(x, 1, 0, 'few')), [point([2, 3], { dims: ['few', 3] })], 'up to a named size'),
  row('Slice', (x) => squared(byToken(x)), [point([2, 3, 6], { dims: ['batch', 'sequence', 'sequence+sequence'] })], 'byToken'),
  row('Split', (x) => squared(rotary(50)(x)), [point([1, 2, 5, 4], { dims: [1, 2, 'sequence', 4] })], 'rotary'),
]

const named: GradientCase[] = [
  row('Add', ops.add, [point([4, 3], { dims: ['batch', 3] }), point([3])], 'a named size'),
  row('Mul', ops.mul, [point([2, 4, 3], { dims: ['batch', 'sequence', 3] }), point([1, 3])], 'named sizes'),
  row('MatMul', ops.matMul, [point([2, 2, 3], { dims: ['batch', 'sequence', 3] }), point([3, 4])], 'named sizes'),
  row('Gemm', (a, b, c) => ops.gemm(a, b, { c }), [point([4, 3], { dims: ['batch', 3] }), point([3, 2]), point([2])], 'a named size'),
]

const normalization: GradientCase[] = [
  row('Softmax', ops.softmax, [point([2, 5])]),
  row('Softmax', ops.softmax, [point([2, 2, 3])]),
  row('LayerNormalization', (x, scale, bias) => ops.layerNormalization(x, scale, bias, 1e-5)[0], [point([3, 5], { from: -3, to: 3 }), point([5], { from: 0.5, to: 1.5 }), point([5], { seed: 11 })]),
  row('LayerNormalization', (x, scale, bias) => ops.layerNormalization(x, scale, bias, 0.5)[0], [point([2, 2, 4]), point([4]), point([4], { seed: 11 })], 'a large epsilon'),
]

/** On both sides of every kink, and further from each than differences look. */
const aroundKinks = (): Point => tensorOf('float32', [-3.5, -1.5, -0.75, -0.125, 0.125, 1.5, 5.5, 6.5])
const smooth = (): Point => tensorOf('float32', [-3.25, -1.5, -0.75, -0.125, 0, 0.625, 1.5, 3])
const kinked = ['relu', 'relu2', 'relu6', 'leaky_relu', 'hardswish']
const opOfActivation: Record<string, OperatorName> = { gelu: 'WithGradient', gelu_python: 'WithGradient', tanh: 'Tanh', sigmoid: 'Sigmoid' }
const activationRows = Object.entries(activations).map(([name, of]) => kinked.includes(name)
  ? row('Where', of, [aroundKinks()], name)
  : row(name in opOfActivation ? opOfActivation[name] : 'Mul', name === 'linear' ? (x) => ops.mul(of(x), 2) : of, [smooth()], name))

const targets = constant(Float32Array.of(0, 0.5, 0, 0.25, 0, 0, 0, 0, 0), 'float32', [3, 3])
const hidden = ops.constant(Float32Array.of(0, 0, -1e30, 0, 0, 0), 'float32', [2, 1, 1, 3])
const masks = constant(Float32Array.from({ length: 24 }, (_, i) => (i % 4 === 1 ? 0 : 4 / 3)), 'float32', [2, 2, 2, 3])
const composites: GradientCase[] = [
  row('WithGradient', (x) => ops.mul(crossEntropy(x, targets), 3), [point([3, 3], { from: -3, to: 3 })], 'crossEntropy, rows of different weight'),
  row('WithGradient', (x) => ops.mul(binaryCrossEntropy(x, targets, ops.scalar(0.25)), 3), [point([3, 3], { from: -3, to: 3 })], 'binaryCrossEntropy'),
  row('Mul', (x) => meanSquaredError(x, targets, ops.scalar(0.25)), [point([3, 3], { from: -3, to: 3 })], 'meanSquaredError'),
  row('Softmax', (q, k, v) => attention(q, k, v, { bias: hidden, dropout: (p) => ops.mul(p, masks) }),
    [point([2, 2, 2, 3], { seed: 12 }), point([2, 2, 3, 3], { seed: 13 }), point([2, 2, 3, 3], { seed: 14 })], 'attention with a hidden key and dropout'),
]

export const gradientCases: readonly GradientCase[] = [
  ...elementwise, ...unary, ...choices, ...gemms, ...products, ...reductions, ...movement, ...parts, ...named, ...normalization, ...activationRows, ...composites,
]
