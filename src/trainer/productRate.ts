import { compile } from '../graph/onnx.ts'
import { gemm, input } from '../graph/operators.ts'
import type { Device } from '../runtime/device.ts'
import { hostArray } from '../runtime/tensor.ts'

/** Long enough to be meant, short enough not to be noticed. */
const seconds = 0.06

/** How many multiply-adds, times 2, this device does per second in float32 matrix products of a training step's kind: measured for a moment. */
export async function productRate(device: Device): Promise<number> {
  const [m, k, n] = [512, 768, 768]
  const session = device.load(compile({ y: gemm(input('a', 'float32', [m, k]), input('b', 'float32', [k, n])) }).bytes)
  const matrix = (rows: number, columns: number) => device.tensor({ dtype: 'float32', shape: [rows, columns], data: hostArray('float32', rows * columns).fill(0.5) })
  const binding = session.bind().input('a', matrix(m, k)).input('b', matrix(k, n)).output('y', matrix(m, n))
  await binding.run()
  const start = performance.now()
  let runs = 0
  while (performance.now() - start < seconds * 1000) {
    await binding.run()
    runs++
  }
  const rate = runs * 2 * m * k * n / ((performance.now() - start) / 1000)
  binding.dispose()
  session.dispose()
  return rate
}
