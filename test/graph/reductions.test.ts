/** What CUDA sums without cuDNN, which our graphs do without (runtime/gpu.ts). */
import { expect, test } from 'vitest'
import { add, gemm, input, reduceSum } from '../../src/graph/operators.ts'
import { simplify } from '../../src/graph/simplify.ts'
import { inOrder, madeBy, type Tensor } from '../../src/graph/tensor.ts'
import { trainingGraph } from '../../src/models/trainingGraph.ts'
import { families, tinyModel } from '../models/tinyModels.ts'

/**
 * Sums that need cuDNN: of float32 over axes that do not lie side by side, or reach neither the first nor the last
 * (get_applicable_matrix_reduction in onnxruntime/core/providers/cuda/reduction/reduction_functions.cc). Axes of size 1 do not count.
 */
function needingCudnn(outputs: Record<string, Tensor>): string[] {
  return inOrder(Object.values(simplify(outputs))).flatMap(({ outputs: [y] }) => {
    if (!madeBy(y, 'ReduceSum')) return []
    const [x] = y.node.inputs
    const isSummed = new Set(y.node.attributes.axes.map((axis) => (axis + x.shape.length) % x.shape.length))
    const kinds = x.shape.flatMap((size, axis) => (size === 1 ? [] : [isSummed.has(axis)]))
    const changes = kinds.filter((kind, i) => i > 0 && kind !== kinds[i - 1]).length
    return changes <= 1 && y.dtype === 'float32' ? [] : [`${y.dtype} [${x.shape}] over ${[...isSummed]}`]
  })
}

const shape = [2, 'rows', 1, 3]

test.each<[number[], boolean]>([[[0], false], [[3], false], [[0, 1], false], [[1, 3], false], [[0, 1, 2, 3], false], [[-1], false], [[1], true], [[0, 3], true]])('a sum over %j needs cuDNN: %s', (axes, needs) => {
  expect(needingCudnn({ y: reduceSum(input('x', 'float32', shape), axes) })).toHaveLength(Number(needs))
})

test('sums in between are seen', () => {
  const x = input('x', 'float32', ['rows', 4])
  const sums = reduceSum(input('z', 'float32', shape), [1])
  expect(needingCudnn({ y: add(gemm(x, x, { transA: true }), reduceSum(sums, [0, 1, 2])) })).toEqual(['float32 [2,rows,1,3] over 1'])
})

test.each(families)('training %s needs none', (family) => {
  const { architecture, config } = tinyModel(family, { dropout: [0.1, 0.1, 0.2] })
  for (const half of [undefined, 'float16'] as const) {
    for (const problemType of ['single_label_classification', 'multi_label_classification', 'regression'] as const) {
      expect(needingCudnn(trainingGraph(architecture, config, 4, 'packed', { half, scalesLoss: half !== undefined, problemType, onCpu: false }).outputs)).toEqual([])
    }
  }
})
