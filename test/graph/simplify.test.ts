import { expect, test, vi } from 'vitest'
import { compile } from '../../src/graph/onnx.ts'
import { decodeModel } from '../../src/graph/onnxSchema.ts'
import { add, constant, gemm, input, matMul, mul, neg, reshape, sub, tanh, transpose, transposeLast, withGradient } from '../../src/graph/operators.ts'
import type { Tensor } from '../../src/graph/tensor.ts'
import { randomTensor, uniforms } from './tensors.ts'
import { runGraph, type Values } from './run.ts'

/** Graphs are simplified as they are compiled; while `off`, they are compiled as they were written. */
const simplification = vi.hoisted(() => ({ off: false }))
vi.mock('../../src/graph/simplify.ts', async (original) => {
  const { simplify } = await original<typeof import('../../src/graph/simplify.ts')>()
  return { simplify: (outputs: Record<string, Tensor>) => (simplification.off ? outputs : simplify(outputs)) }
})

type Outputs = Record<string, Tensor>

async function asWritten<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  simplification.off = true
  try {
    return await work()
  } finally {
    simplification.off = false
  }
}

const matrix = [3, 3]
const names = ['a', 'b', 'c']
const values: Values = {
  ...Object.fromEntries(names.map((name, i) => [name, randomTensor(matrix, i)])),
  row: randomTensor([3], 4), x: randomTensor([2, 3, 3], 5), y: randomTensor([3, 3], 6),
}
const [a, b, c] = names.map((name) => input(name, 'float32', matrix))
const row = input('row', 'float32', [3])
const x = input('x', 'float32', [2, 3, 3])

async function expectSame(outputs: Outputs): Promise<void> {
  const plain = await asWritten(() => runGraph(outputs, values))
  const simple = await runGraph(outputs, values)
  for (const [name, expected] of Object.entries(plain)) {
    const largest = Math.max(1, ...[...expected].map((value) => Math.abs(Number(value))))
    expect(simple[name]).toHaveLength(expected.length)
    for (const [i, value] of expected.entries()) expect(Math.abs(Number(simple[name][i]) - Number(value))).toBeLessThan(1e-5 * largest)
  }
}

function opsOf(outputs: Outputs): string[] {
  return decodeModel(compile(outputs).bytes).graph.node.map(({ opType }) => opType)
}

/** Matrix products that a run computes. */
const products = (ops: readonly string[]) => ops.filter((op) => op === 'Gemm' || op === 'MatMul').length

const rewrites: [name: string, Outputs][] = [
  ['s · (t · x)', { z: mul(2, mul(a, 0.25)) }],
  ['1 · x', { z: mul(1, a) }],
  ['s · (α A B + β C)', { z: mul(gemm(a, b, { alpha: 2, beta: 3, c: row }), 0.5) }],
  ['α (s A)(t B) + β C', { z: gemm(mul(a, 2), mul(0.25, b), { alpha: 3, beta: 2, c, transA: true }) }],
  ['A B + x', { z: add(gemm(a, b, { alpha: 2, transB: true }), c) }],
  ['x + A B', { z: add(c, gemm(a, b)) }],
  ['A B + a row, which a product does not take in', { z: add(row, gemm(a, b)) }],
  ['A B + C D', { z: add(gemm(a, b), gemm(b, c)) }],
  ['A B + A B', { z: add(gemm(a, b), gemm(a, b)) }],
  ['a sum with a product that has a C already', { z: add(gemm(a, b, { c: row, beta: 3 }), c) }],
  ['(Aᵀ)ᵀ', { z: transposeLast(transposeLast(x)) }],
  ['(A B)ᵀ, batches of A', { z: transposeLast(matMul(x, c)) }],
  ['(Aᵀ B)ᵀ', { z: transposeLast(matMul(transposeLast(x), x)) }],
  ['a transposition that moves batches', { z: transpose(matMul(x, c), [1, 0, 2]) }],
  ['two transpositions that are not each other\'s way back', { z: transpose(transpose(x, [1, 2, 0]), [1, 2, 0]) }],
  ['a reshape that changes nothing, and one that does', { z: reshape(reshape(x, [2, 3, 3]), [6, 3]) }],
  ['equal nodes', { z: sub(tanh(a), mul(tanh(a), b)), w: tanh(a) }],
  ['nodes that differ in an attribute alone', { z: sub(gemm(a, b, { alpha: 2 }), gemm(a, b, { alpha: 3 })) }],
  ['constants that differ in a value alone', { z: add(mul(a, constant(Float32Array.of(1, 2, 3), 'float32', [3])), mul(b, constant(Float32Array.of(1, 2, 4), 'float32', [3]))) }],
  ['constants that differ in their shape alone', { z: mul(mul(a, constant(Float32Array.of(1, 2, 3), 'float32', [3])), constant(Float32Array.of(1, 2, 3), 'float32', [3, 1])) }],
]

test.each(rewrites)('%s: the same values', async (_, outputs) => {
  await expectSame(outputs)
})

const product = gemm(a, b)
const used: [name: string, Outputs][] = [
  ['read twice', { z: mul(product, 2), w: tanh(product) }],
  ['read twice by one sum', { z: add(product, product) }],
  ['an output itself', { z: add(product, c), w: product }],
  ['scaled twice', { z: mul(product, 2), w: mul(product, 3) }],
  ['read through a reshape that changes nothing', { z: add(reshape(product, matrix), c), w: product }],
  ['read through a gradient of its own', { z: mul(withGradient(product, [a], (dy) => [dy]), 2), w: product }],
  ['read through a factor of 1', { z: add(mul(product, 1), c), w: product }],
]

test.each(used)('a product is computed once where it is %s', (_, outputs) => {
  expect(products(opsOf(outputs))).toBe(1)
})

test('equal nodes are computed once', () => {
  const twice = { z: sub(tanh(mul(a, 2)), mul(tanh(mul(a, 2)), b)), w: tanh(mul(a, 3)) }
  expect(opsOf(twice).filter((op) => op === 'Tanh')).toHaveLength(2)
})

test('a transposed product is computed once where the product is read too', async () => {
  const batched = matMul(x, c)
  const outputs = { z: transposeLast(batched), w: batched }
  await expectSame(outputs)
  expect(products(opsOf(outputs))).toBe(1)
})

/** A graph of random operators on random earlier tensors; some of them are outputs. */
function randomGraph(seed: number): Outputs {
  const next = uniforms(seed)
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(next() * items.length)]
  const pool: Tensor[] = [a, b, c]
  const any = () => pick(pool)
  const flag = () => next() < 0.5
  const factor = () => pick([1, 0.5, -1.5])
  const makers: (() => Tensor)[] = [
    () => mul(any(), factor()), () => mul(factor(), any()), () => add(any(), any()), () => sub(any(), any()), () => neg(any()), () => tanh(any()),
    () => gemm(any(), any(), { transA: flag(), transB: flag(), alpha: factor() }),
    () => gemm(any(), any(), { beta: factor(), c: pick([any(), row]) }),
    () => matMul(any(), any()), () => transposeLast(any()), () => reshape(any(), matrix), () => add(row, any()),
  ]
  for (let i = 0; i < 14; i++) pool.push(tanhWhereLarge(pick(makers)(), i))
  return { z: pool.at(-1)!, w: any(), v: any() }
}

/** Keeps values from growing, without hiding neighbours from each other everywhere. */
function tanhWhereLarge(tensor: Tensor, i: number): Tensor {
  return i % 5 === 4 ? tanh(tensor) : tensor
}

test('random graphs: the same values, and never more products', async () => {
  for (let seed = 1; seed <= 250; seed++) {
    const outputs = randomGraph(seed)
    await expectSame(outputs)
    expect(products(opsOf(outputs)), `graph ${seed}`).toBeLessThanOrEqual(await asWritten(() => products(opsOf(outputs))))
  }
})
