import { compile } from '../graph/onnx.ts'
import { gemm, input } from '../graph/operators.ts'
import type { Device } from '../runtime/device.ts'
import { hostArray } from '../runtime/tensor.ts'

/** Milliseconds without a faster product after which none is expected: the program's start keeps other threads busy for a while. */
const patience = 100

/**
 * How many additions and multiplications this device does per second in float32 matrix products of a training step's kind, measured
 * for a moment: the fastest product counts, as the first ones and what else the machine does only ever slow it down.
 */
export async function productRate(device: Device): Promise<number> {
  const [m, k, n] = [512, 768, 768]
  const session = device.load(compile({ y: gemm(input('a', 'float32', [m, k]), input('b', 'float32', [k, n])) }).bytes)
  const matrix = (rows: number, columns: number) => device.tensor({ dtype: 'float32', shape: [rows, columns], data: hostArray('float32', rows * columns).fill(0.5) })
  const binding = session.bind().input('a', matrix(m, k)).input('b', matrix(k, n)).output('y', matrix(m, n))
  let fastest = Infinity
  for (let end = Infinity; performance.now() < end;) {
    const start = performance.now()
    await binding.run()
    const taken = performance.now() - start
    if (taken < 0.97 * fastest) end = performance.now() + patience
    fastest = Math.min(fastest, taken)
  }
  binding.dispose()
  session.dispose()
  return 2 * m * k * n / (fastest / 1000)
}
