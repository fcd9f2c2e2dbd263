import { afterEach, describe, expect, test } from 'vitest'
import { rules } from '../../src/graph/gradients/index.ts'
import type { Rule } from '../../src/graph/gradients/rule.ts'
import { add, exp, input, mul, parameter, reduceSum } from '../../src/graph/operators.ts'
import { gradients } from '../../src/graph/reverse.ts'
import type { OperatorName } from '../../src/graph/tensor.ts'
import { gradientErrors, gradientsByRules, tolerance } from './differences.ts'
import { gradientCases } from './gradientCases.ts'

const original = { ...rules }
afterEach(() => void Object.assign(rules, original))

/** The rule of `op` from now on gives gradients that are too large by a share. */
function falsify(op: OperatorName, share: number): void {
  const rule = original[op] as Rule<OperatorName>
  Object.assign(rules, { [op]: (args: Parameters<typeof rule>[0]) => rule(args).map((gradient) => gradient && mul(gradient, 1 + share)) })
}

describe.each(gradientCases)('$name', ({ op, of, at }) => {
  test('gradients equal differences', async () => {
    for (const error of await gradientErrors(of, at)) expect(error).toBeLessThan(tolerance)
  })

  if (at.length > 1) test('each gradient is the same where it is wanted alone', async () => {
    const together = await gradientsByRules(of, at)
    for (const i of at.keys()) expect(await gradientsByRules(of, at, {}, [i])).toEqual([together[i]])
  })

  test('a rule that is wrong by 0.2 % is seen', async () => {
    falsify(op, 0.002)
    expect(Math.max(...await gradientErrors(of, at))).toBeGreaterThan(tolerance)
  })
})

test('every operator that has a rule is tried', () => {
  const withRule = Object.entries(rules).flatMap(([op, rule]) => (rule === 'none' ? [] : [op]))
  expect([...new Set(gradientCases.map(({ op }) => op))].sort()).toEqual(withRule.sort())
})

test('what no wanted tensor needs is not built', () => {
  const [x, w] = [input('x', 'float32', [2, 3]), parameter('w', [3])]
  const loss = reduceSum(mul(exp(x), w), [0, 1])
  Object.assign(rules, { Exp: () => { throw new Error('nobody wants it') } })
  expect(() => gradients(loss, [w])).not.toThrow()
  expect(() => gradients(loss, [x])).toThrow('nobody wants it')
})

test('a tensor that the loss does not depend on is told by name', () => {
  const [x, w] = [parameter('x', [2]), parameter('idle.weight', [2])]
  expect(() => gradients(reduceSum(add(x, 1), [0]), [x, w])).toThrow('idle.weight')
})
