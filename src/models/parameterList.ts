import { inOrder, madeBy, type Tensor } from '../graph/tensor.ts'
import type { NamedShape } from '../pretrained/parameters.ts'

/** The parameters that a graph reads, by name, in the order in which it reads them: several tensors where layers share one. */
export function parameterTensors(...outputs: Tensor[]): Map<string, Tensor[]> {
  const found = new Map<string, Tensor[]>()
  for (const { outputs: [tensor] } of inOrder(outputs)) {
    if (!madeBy(tensor, 'Parameter')) continue
    const { name } = tensor.node.attributes
    found.set(name, [...found.get(name) ?? [], tensor])
  }
  return found
}

/** Their names and shapes. */
export function parametersOf(...outputs: Tensor[]): NamedShape[] {
  return Array.from(parameterTensors(...outputs), ([name, [{ shape }]]) => ({ name, shape: shape as readonly number[] }))
}
