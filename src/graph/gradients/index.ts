/** The table of gradient rules. Its type asks for every operator: a new one without a rule does not compile. */
import type { OperatorName } from '../tensor.ts'
import { elementwise } from './elementwise.ts'
import { linearAlgebra } from './linearAlgebra.ts'
import { movement, orZeros } from './movement.ts'
import { normalization } from './normalization.ts'
import type { Rule } from './rule.ts'

export const rules: { [Name in OperatorName]: Rule<Name> | 'none' } = {
  ...elementwise,
  ...linearAlgebra,
  ...movement,
  ...normalization,
  Input: 'none',
  Parameter: 'none',
  Constant: 'none',
  Range: 'none',
  Equal: 'none',
  Greater: 'none',
  CumSum: 'none',
  WithGradient: ({ attributes, node, dys }) => [...dys.map(() => null), ...attributes.gradient(orZeros(dys, node))],
}
