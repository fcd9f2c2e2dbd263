import { compile } from '../src/graph/onnx.ts'
import { gemm, input } from '../src/graph/operators.ts'
import type { Device } from '../src/runtime/device.ts'
import { hostArray, size } from '../src/runtime/tensor.ts'

const [rows, inner, outer] = [1024, 768, 3072]

/** The speed in GFLOP/s of a matrix product of a linear layer's size by ONNX Runtime, best of 30: what trainer.py measures of torch. */
export async function gflops(device: Device): Promise<number> {
  const model = compile({ y: gemm(input('x', 'float32', [rows, inner]), input('weight', 'float32', [outer, inner]), { transB: true }) })
  const session = device.load(model.bytes)
  const ones = (...shape: number[]) => device.tensor({ dtype: 'float32', shape, data: hostArray('float32', size(shape)).fill(1) })
  const [x, weight, y] = [ones(rows, inner), ones(outer, inner), ones(rows, outer)]
  const binding = session.bind().input('x', x).input('weight', weight).output('y', y)
  let best = Infinity
  for (let i = 0; i < 30; i++) {
    const start = performance.now()
    await binding.run()
    best = Math.min(best, performance.now() - start)
  }
  binding.dispose()
  session.dispose()
  for (const tensor of [x, weight, y]) tensor.dispose()
  return 2 * rows * inner * outer / best / 1e6
}
