import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compile } from '../../src/graph/onnx.ts'
import { decodeModel } from '../../src/graph/onnxSchema.ts'
import { gemm, input, mul } from '../../src/graph/operators.ts'
import type { Tensor } from '../../src/graph/tensor.ts'
import { device, runGraph } from './run.ts'
import { randomTensor } from './tensors.ts'

const rows = 7
const values = { a: randomTensor([rows, 5], 1), b: randomTensor([rows, 3], 2), c: randomTensor([5, 3], 3) }
const [a, b] = [input('a', 'float32', ['tokens', 5]), input('b', 'float32', ['tokens', 3])]
const c = input('c', 'float32', [5, 3])

/** [transA, …] of each product, as ONNX Runtime runs it. */
function whatRuns(outputs: Record<string, Tensor>): { transA: number[], transposes: number } {
  const folder = mkdtempSync(join(tmpdir(), 'finetune-transposeFirst-'))
  try {
    const optimizedModelPath = join(folder, 'model.onnx')
    device.load(compile(outputs).bytes, { optimizedModelPath }).dispose()
    const { node } = decodeModel(readFileSync(optimizedModelPath)).graph
    const products = node.filter(({ opType }) => opType === 'Gemm')
    return {
      transA: products.map(({ attribute }) => attribute!.find(({ name }) => name === 'transA')?.i ?? 0),
      transposes: node.filter(({ opType }) => opType === 'Transpose').length,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** alpha · aᵀ b + beta · c, by hand. */
function expected(left: Float32Array, right: Float32Array, m: number, n: number, { alpha = 1, beta = 0 } = {}): number[] {
  return Array.from({ length: m * n }, (_, i) => {
    const [row, column] = [Math.floor(i / n), i % n]
    let sum = 0
    for (let k = 0; k < rows; k++) sum += left[k * m + row] * right[k * n + column]
    return alpha * sum + beta * values.c.data[i]
  })
}

test.each([
  ['the left factor is the narrower one', gemm(b, a, { transA: true, alpha: 2 }), expected(values.b.data, values.a.data, 3, 5, { alpha: 2 }), 1],
  ['the right factor is', gemm(a, b, { transA: true, alpha: 2 }), expected(values.a.data, values.b.data, 5, 3, { alpha: 2 }), 2],
  ['the right factor is, and there is a C', gemm(a, b, { transA: true, alpha: 2, beta: 3, c }), expected(values.a.data, values.b.data, 5, 3, { alpha: 2, beta: 3 }), 1],
])('%s: the same values, and the product itself transposes nothing', async (_, y, numbers, transposes) => {
  const found = await runGraph({ y }, values)
  numbers.forEach((number, i) => expect(found.y[i]).toBeCloseTo(number, 4))
  expect(whatRuns({ y })).toEqual({ transA: [0], transposes })
})

test('a factor of several products is transposed once', () => {
  const products = { y: gemm(b, a, { transA: true }), z: gemm(b, mul(a, a), { transA: true }) }
  expect(whatRuns(products)).toEqual({ transA: [0, 0], transposes: 1 })
})

test('small products stay as they are', () => {
  const [few, others] = [3, 5].map((width) => input(`x${width}`, 'float32', ['batch', width]))
  expect(whatRuns({ y: gemm(few, others, { transA: true }) })).toEqual({ transA: [1], transposes: 0 })
})

test('elsewhere than on the CPU products stay as they are', () => {
  const { node } = decodeModel(compile({ y: gemm(b, a, { transA: true }) }, 'inputs', false).bytes).graph
  expect(node.map(({ opType }) => opType)).toEqual(['Gemm', 'Identity'])
  expect(node[0].attribute!.find(({ name }) => name === 'transA')!.i).toBe(1)
})
