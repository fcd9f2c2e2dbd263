import { inOrder, madeBy, type Tensor } from '../graph/tensor.ts'
import type { NamedShape } from '../pretrained/parameters.ts'

/** The parameters that a graph reads, in the order in which it reads them. */
export function parametersOf(...outputs: Tensor[]): NamedShape[] {
  return inOrder(outputs).flatMap((node) => {
    const [tensor] = node.outputs
    return madeBy(tensor, 'Parameter') ? [{ name: tensor.node.attributes.name, shape: tensor.shape as readonly number[] }] : []
  })
}
