import type { Node, OperatorName, Operators, Tensor } from '../tensor.ts'

export interface RuleArguments<Name extends OperatorName> {
  /** Inputs of the node. */
  x: readonly Tensor[]
  /** Its first output. */
  y: Tensor
  /** Gradient of the loss with respect to `y`. */
  dy: Tensor
  /** The same for each of its outputs; those that the loss does not depend on have none. Only Split's and WithGradient's can be others than the first. */
  dys: readonly (Tensor | undefined)[]
  attributes: Operators[Name]
  node: Node
  /** Which inputs need a gradient: a rule may leave out the others where that saves work. */
  needs: readonly boolean[]
}

/**
 * Gradients for the inputs of a node, null where there is none. A rule may return a gradient in the shape of the output:
 * summing over broadcast axes is done once for all, in reverse.ts.
 */
export type Rule<Name extends OperatorName> = (args: RuleArguments<Name>) => (Tensor | null)[]
