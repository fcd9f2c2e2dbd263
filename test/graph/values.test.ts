import { expect, test } from 'vitest'
import { attention } from '../../src/graph/functions/layers.ts'
import { crossEntropy } from '../../src/graph/functions/loss.ts'
import * as ops from '../../src/graph/operators.ts'
import type { Tensor } from '../../src/graph/tensor.ts'
import { size } from '../../src/runtime/tensor.ts'
import { gradientsByRules } from './differences.ts'
import { randomTensor, tensorOf } from './tensors.ts'
import { runGraph, type Values } from './run.ts'

const values: Values = {
  a: randomTensor([2, 3], 1), b: randomTensor([3, 4], 2), c: randomTensor([4], 3), x: randomTensor([2, 2, 3], 4), y: randomTensor([2, 3, 2], 5),
  positive: randomTensor([2, 3], 6, 0.5, 4), ids: tensorOf('int32', [2, 0, 2, 1]), flags: tensorOf('bool', [1, 0, 1]),
}
const tensors = Object.fromEntries(Object.entries(values).map(([name, { dtype, shape }]) => [name, ops.input(name, dtype, shape)]))
const numbers = Object.fromEntries(Object.entries(values).map(([name, { data }]) => [name, [...data].map(Number)]))
const { a, b, c, x, y, positive, ids, flags } = tensors
const n = numbers

const each = (shape: readonly number[], value: (...at: number[]) => number): number[] => Array.from({ length: size(shape) }, (_, i) => {
  const at = shape.map((_, axis) => Math.floor(i / size(shape.slice(axis + 1))) % shape[axis])
  return value(...at)
})
const sum = (count: number, value: (k: number) => number): number => Array.from({ length: count }, (_, k) => value(k)).reduce((total, term) => total + term, 0)
const softmaxOf = (row: number[]) => row.map((value) => Math.exp(value) / row.reduce((total, other) => total + Math.exp(other), 0))

/** erf by its Taylor series, 2/√π Σ (−1)ᵏ x^(2k+1)/(k! (2k+1)): exact enough up to |x| = 1.5 */
function erf(z: number): number {
  let [term, total] = [z, z]
  for (let k = 1; k < 40; k++) {
    term *= -z * z / k
    total += term / (2 * k + 1)
  }
  return 2 / Math.sqrt(Math.PI) * total
}

const rowsOfA = (value: (row: number[], j: number) => number) => each([2, 3], (i, j) => value(n.a.slice(3 * i, 3 * i + 3), j))
const mean = (row: number[]) => sum(3, (j) => row[j]) / 3
const deviation = (row: number[]) => Math.sqrt(sum(3, (j) => (row[j] - mean(row)) ** 2) / 3 + 0.01)

const cases: [name: string, tensor: Tensor, expected: number[]][] = [
  ['Add broadcasts', ops.add(a, ops.input('flagged', 'float32', [2, 1])), each([2, 3], (i, j) => n.a[3 * i + j] + [10, 20][i])],
  ['Sub of a number', ops.sub(1, a), n.a.map((v) => 1 - v)],
  ['Mul', ops.mul(a, positive), n.a.map((v, i) => v * n.positive[i])],
  ['Div', ops.div(a, positive), n.a.map((v, i) => v / n.positive[i])],
  ['Neg', ops.neg(a), n.a.map((v) => -v)],
  ['Exp', ops.exp(a), n.a.map(Math.exp)],
  ['Log', ops.log(positive), n.positive.map(Math.log)],
  ['Sqrt', ops.sqrt(positive), n.positive.map(Math.sqrt)],
  ['Erf', ops.erf(a), n.a.map(erf)],
  ['Tanh', ops.tanh(a), n.a.map(Math.tanh)],
  ['Sigmoid', ops.sigmoid(a), n.a.map((v) => 1 / (1 + Math.exp(-v)))],
  ['Where', ops.where(flags, a, 7), n.a.map((v, i) => (i % 3 === 1 ? 7 : v))],
  ['Greater', ops.greater(a, 0.25), n.a.map((v) => Number(v > 0.25))],
  ['Equal', ops.equal(ids, 2), [1, 0, 1, 0]],
  ['Cast', ops.cast(ops.greater(a, 0), 'float32'), n.a.map((v) => Number(v > 0))],
  ['Gemm', ops.gemm(a, b, { alpha: 0.5, beta: 2, c }), each([2, 4], (i, j) => 0.5 * sum(3, (k) => n.a[3 * i + k] * n.b[4 * k + j]) + 2 * n.c[j])],
  ['Gemm of transposes', ops.gemm(b, a, { transA: true, transB: true }), each([4, 2], (i, j) => sum(3, (k) => n.b[4 * k + i] * n.a[3 * j + k]))],
  ['MatMul', ops.matMul(x, y), each([2, 2, 2], (batch, i, j) => sum(3, (k) => n.x[6 * batch + 3 * i + k] * n.y[6 * batch + 2 * k + j]))],
  ['ReduceSum', ops.reduceSum(x, [0, 2]), each([2], (j) => sum(2, (i) => sum(3, (k) => n.x[6 * i + 3 * j + k])))],
  ['Transpose', ops.transpose(x, [2, 0, 1]), each([3, 2, 2], (k, i, j) => n.x[6 * i + 3 * j + k])],
  ['Expand', ops.expand(c, [2, 4]), [...n.c, ...n.c]],
  ['Gather', ops.gather(b, ids), each([4, 4], (i, j) => n.b[4 * [2, 0, 2, 1][i] + j])],
  ['Concat', ops.concat([a, positive], 1), each([2, 6], (i, j) => (j < 3 ? n.a[3 * i + j] : n.positive[3 * i + j - 3]))],
  ['Range', ops.add(ops.cast(ops.range('n'), 'float32'), ops.input('named', 'float32', ['n'])), [0, 2, 4]],
  ['Softmax', ops.softmax(a), rowsOfA((row, j) => softmaxOf(row)[j])],
  ['LayerNormalization', ops.layerNormalization(a, ops.constant(Float32Array.of(1, 2, 3), 'float32', [3]), ops.constant(Float32Array.of(0, 0.5, 1), 'float32', [3]), 0.01)[0],
    rowsOfA((row, j) => (row[j] - mean(row)) / deviation(row) * (j + 1) + j / 2)],
  ['LayerNormalization, 1/deviation', ops.layerNormalization(a, ops.constant(Float32Array.of(1, 2, 3), 'float32', [3]), ops.scalar(0), 0.01)[2], [0, 1].map((i) => 1 / deviation(n.a.slice(3 * i, 3 * i + 3)))],
]

test.each(cases)('%s', async (_, tensor, expected) => {
  const { result } = await runGraph({ result: tensor }, { ...values, flagged: tensorOf('float32', [10, 20], [2, 1]), named: tensorOf('float32', [0, 1, 2]) })
  expect(result).toHaveLength(expected.length)
  expected.forEach((value, i) => expect(Number(result[i])).toBeCloseTo(value, 5))
})

/** −Σ targets log softmax(logits), in double; log Σ e^x by its maximum. */
function crossEntropyOf(logits: readonly number[], targets: readonly number[], labels: number): number {
  return -sum(logits.length / labels, (i) => {
    const row = logits.slice(i * labels, (i + 1) * labels)
    const largest = Math.max(...row)
    const logSum = largest + Math.log(sum(labels, (j) => Math.exp(row[j] - largest)))
    return sum(labels, (j) => (targets[i * labels + j] === 0 ? 0 : targets[i * labels + j] * (row[j] - logSum)))
  })
}

test.each([
  { name: 'two labels', logits: [0.5, -1, 2, 0.25], targets: [0.5, 0, 0, 0.5], labels: 2 },
  { name: 'seven labels, a row that counts nothing', logits: [1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 9], targets: [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], labels: 7 },
  { name: 'logits far beyond what e^x can hold', logits: [1e4, -1e4, 3e4, 2.9e4], targets: [0, 1, 1, 0], labels: 2 },
  { name: 'a certain answer, right and wrong', logits: [200, 0, 0, 0, 200, 0], targets: [1, 0, 0, 1, 0, 0], labels: 3 },
])('cross-entropy: $name', async ({ logits, targets, labels }) => {
  const shape = [logits.length / labels, labels]
  const host = (data: number[]) => tensorOf('float32', data, shape)
  const of = (tensor: Tensor) => crossEntropy(tensor, ops.input('targets', 'float32', shape))
  const { loss } = await runGraph({ loss: of(ops.input('logits', 'float32', shape)) }, { logits: host(logits), targets: host(targets) })
  const expected = crossEntropyOf(logits, targets, labels)
  expect(Math.abs(Number(loss[0]) - expected)).toBeLessThan(1e-6 * Math.max(1, expected))
  const [gradient] = await gradientsByRules(of, [host(logits)], { weights: [1], values: { targets: host(targets) } })
  logits.forEach((_, i) => {
    const row = Math.floor(i / labels) * labels
    const [own, weights] = [logits.slice(row, row + labels), targets.slice(row, row + labels)]
    const probability = 1 / sum(labels, (j) => Math.exp(own[j] - logits[i]))
    expect(gradient[i]).toBeCloseTo(probability * sum(labels, (j) => weights[j]) - targets[i], 6)
  })
})

test('attention looks at the keys that are not hidden; where all are it is uniform, never NaN', async () => {
  const shape = [2, 1, 3, 2]
  const [q, k, v] = [1, 2, 3].map((seed) => randomTensor(shape, seed))
  const bias = ops.constant(Float32Array.of(0, -1e30, 0, -1e30, -1e30, -1e30), 'float32', [2, 1, 1, 3])
  const [qt, kt, vt] = ['q', 'k', 'v'].map((name) => ops.input(name, 'float32', shape))
  const { context } = await runGraph({ context: attention(ops.mul(qt, Math.SQRT1_2), kt, vt, { bias, dropout: (p) => p }) }, { q, k, v })
  const expected = each(shape, (text, _, i, f) => {
    if (text === 1) return sum(3, (j) => v.data[6 + 2 * j + f]) / 3
    const scores = [0, 2].map((j) => (q.data[2 * i] * k.data[2 * j] + q.data[2 * i + 1] * k.data[2 * j + 1]) / Math.SQRT2)
    return softmaxOf(scores).reduce((total, p, j) => total + p * v.data[4 * j + f], 0)
  })
  expected.forEach((value, i) => expect(Number(context[i])).toBeCloseTo(value, 5))
})
