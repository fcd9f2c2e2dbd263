import { inOrder, madeBy, type Tensor } from '../graph/tensor.ts'
import type { NamedShape } from '../pretrained/parameters.ts'

/** The parameters that a graph reads, by name, in the order in which it reads them. */
export function parameterTensors(...outputs: Tensor[]): Map<string, Tensor> {
  return new Map(inOrder(outputs).flatMap((node) => {
    const [tensor] = node.outputs
    return madeBy(tensor, 'Parameter') ? [[tensor.node.attributes.name, tensor]] : []
  }))
}

/** Their names and shapes. */
export function parametersOf(...outputs: Tensor[]): NamedShape[] {
  return Array.from(parameterTensors(...outputs), ([name, { shape }]) => ({ name, shape: shape as readonly number[] }))
}
