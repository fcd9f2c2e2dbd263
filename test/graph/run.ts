/** Runs small graphs on the CPU. */
import { compile } from '../../src/graph/onnx.ts'
import type { Shape, Tensor } from '../../src/graph/tensor.ts'
import { openCpu } from '../../src/runtime/device.ts'
import { hostArray, size, type HostArray, type HostTensor } from '../../src/runtime/tensor.ts'

/** A process has one number of threads; child processes of tests are told theirs. */
export const device = openCpu(Number(process.env.FINETUNE_TEST_THREADS ?? 2))

/** Values of inputs and parameters by name. */
export type Values = Readonly<Record<string, HostTensor>>

export interface OpenGraph<Name extends string = string> {
  /** Memory that each run fills. */
  results: Record<Name, HostArray>
  /** Computes with what the given values hold now. */
  run(): Promise<void>
  close(): void
}

/** Loads the graph of `outputs`. Named sizes are told by the values, or by `sizes` where no input has them. */
export function openGraph<Name extends string>(outputs: Record<Name, Tensor>, values: Values, sizes: Readonly<Record<string, number>> = {}): OpenGraph<Name> {
  const model = compile(outputs)
  const session = device.load(model.bytes)
  const binding = session.bind()
  const known = new Map(Object.entries(sizes))
  for (const { name, shape } of [...model.inputs, ...model.parameters]) {
    const value = values[name]
    shape.forEach((dim, axis) => known.set(String(dim), value.shape[axis]))
    binding.input(name, device.tensor(value))
  }
  const results = {} as Record<Name, HostArray>
  for (const { name, dtype, shape } of model.outputs) {
    const actual = numbered(shape, known)
    const data = hostArray(dtype, size(actual))
    binding.output(name, device.tensor({ dtype, shape: actual, data }))
    results[name as Name] = data
  }
  return {
    results,
    run: () => binding.run(),
    close() {
      binding.dispose()
      session.dispose()
    },
  }
}

/** Runs a graph once. */
export async function runGraph<Name extends string>(outputs: Record<Name, Tensor>, values: Values = {}, sizes: Readonly<Record<string, number>> = {}): Promise<Record<Name, HostArray>> {
  const graph = openGraph(outputs, values, sizes)
  await graph.run()
  graph.close()
  return graph.results
}

/** A shape with numbers in place of named sizes. */
export function numbered(shape: Shape, sizes: ReadonlyMap<string, number>): number[] {
  return shape.map((dim) => {
    const number = typeof dim === 'number' ? dim : sizes.get(dim)
    if (number === undefined) throw new Error(`no value tells the size “${dim}”`)
    return number
  })
}
