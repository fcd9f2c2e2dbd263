import { describe, expect, test } from 'vitest'
import { autocast, type Half } from '../../src/graph/autocast.ts'
import { add, gemm, input, matMul, mul, parameter, reduceSum, softmax } from '../../src/graph/operators.ts'
import { gradients } from '../../src/graph/reverse.ts'
import { simplify } from '../../src/graph/simplify.ts'
import { inOrder, type Node } from '../../src/graph/tensor.ts'
import { trainingGraph } from '../../src/models/trainingGraph.ts'
import { families, tinyModel } from '../models/tinyModels.ts'
import { runGraph } from './run.ts'
import { tensorOf } from './tensors.ts'

const w = parameter('w', [3, 3])
const x = input('x', 'float32', [2, 3])

test('what torch.autocast takes in half precision, and what in float32', () => {
  const types = autocast('float16', () => {
    const product = gemm(x, w)
    return {
      gemm: product, matMul: matMul(product, w), softmax: softmax(product), sum: reduceSum(product, [1]), scaled: mul(product, 2), alike: add(product, product), wider: add(product, x), plain: add(x, x),
    }
  })
  expect(Object.fromEntries(Object.entries(types).map(([name, { dtype }]) => [name, dtype]))).toEqual({
    gemm: 'float16', matMul: 'float16', softmax: 'float32', sum: 'float32', scaled: 'float16', alike: 'float16', wider: 'float32', plain: 'float32',
  })
  expect(gemm(x, w).dtype).toBe('float32')
})

test('an error inside leaves nothing behind', () => {
  expect(() => autocast('float16', () => { throw new Error('no') })).toThrow('no')
  expect(gemm(x, w).dtype).toBe('float32')
})

test('gradients have the type of what they are of', async () => {
  const y = autocast('float16', () => gemm(x, w))
  const [dw, dy] = gradients(reduceSum(mul(add(y, x), 0.25), [0, 1]), [w, y])
  expect([dw.dtype, dy.dtype]).toEqual(['float32', 'float16'])
  const values = { x: tensorOf('float32', [1, 0, 0, 2, 0, 0], [2, 3]), w: tensorOf('float32', [1 / 3, 2049, 1e5, 0, 0, 0, 0, 0, 0], [3, 3]) }
  const found = await runGraph({ y, dw }, values)
  // 1/3, 2048, infinity in float16, and twice as much
  expect([...found.y]).toEqual([0x3555, 0x6800, 0x7c00, 0x3955, 0x6c00, 0x7c00])
  expect([...found.dw.slice(0, 3)]).toEqual([0.75, 0.75, 0.75])
})

describe.each<Half>(['float16', 'bfloat16'])('%s', (half) => {
  test.each(families)('a training graph of %s: its products in half precision; softmax, norms and sums in float32', (family) => {
    const { architecture, config } = tinyModel(family, { dropout: [0.1, 0.1, 0.1] })
    const { outputs, parameters } = trainingGraph(architecture, config, 3, 'packed', { half, scalesLoss: true })
    const nodes = inOrder(Object.values(simplify({ ...outputs })))
    const types = (wanted: Node['op'][]) => nodes.filter(({ op }) => wanted.includes(op)).map(({ inputs }) => inputs[0].dtype)
    expect(new Set(types(['Softmax', 'LayerNormalization', 'ReduceSum', 'Exp', 'Log', 'Erf']))).toEqual(new Set(['float32']))
    const products = types(['Gemm', 'MatMul'])
    const inHalf = products.filter((dtype) => dtype === half).length
    // In float32 are the sums in the form of a product: row means of norms, one-hot sums of embeddings.
    expect(inHalf).toBeGreaterThan(0.5 * products.length)
    for (const { inputs } of nodes.filter(({ op }) => op === 'Gemm' || op === 'MatMul')) expect(new Set(inputs.map(({ dtype }) => dtype)).size).toBe(1)
    for (const { name } of parameters) expect(outputs[`gradient:${name}`].dtype, name).toBe('float32')
    expect(outputs.loss.dtype).toBe('float32')
  })
})
