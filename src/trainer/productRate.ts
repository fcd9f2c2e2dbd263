import { compile } from '../graph/onnx.ts'
import { gemm, input } from '../graph/operators.ts'
import type { Device } from '../runtime/device.ts'
import { hostArray } from '../runtime/tensor.ts'

/** Long enough for the other threads of the program's start to come to rest, short enough not to be noticed. */
const seconds = 0.15

/**
 * How many additions and multiplications this device does per second in float32 matrix products of a training step's kind, measured
 * for a moment: the fastest product counts, as the first ones and what else the machine does only ever slow it down.
 */
export async function productRate(device: Device): Promise<number> {
  const [m, k, n] = [512, 768, 768]
  const session = device.load(compile({ y: gemm(input('a', 'float32', [m, k]), input('b', 'float32', [k, n])) }).bytes)
  const matrix = (rows: number, columns: number) => device.tensor({ dtype: 'float32', shape: [rows, columns], data: hostArray('float32', rows * columns).fill(0.5) })
  const binding = session.bind().input('a', matrix(m, k)).input('b', matrix(k, n)).output('y', matrix(m, n))
  const end = performance.now() + seconds * 1000
  let fastest = Infinity
  while (performance.now() < end) {
    const start = performance.now()
    await binding.run()
    fastest = Math.min(fastest, performance.now() - start)
  }
  binding.dispose()
  session.dispose()
  return 2 * m * k * n / (fastest / 1000)
}
