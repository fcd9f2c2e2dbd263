import { expect, test } from 'vitest'
import { add, input, mul, neg, reduceSum, withGradients } from '../../src/graph/operators.ts'
import { gradients } from '../../src/graph/reverse.ts'
import { runGraph } from './run.ts'
import { tensorOf } from './tensors.ts'

const x = input('x', 'float32', [2])
const values = { x: tensorOf('float32', [3, 5]) }
/** 2x and −x, whose gradients are said to be 10 dy and 100 dy. */
const pair = () => withGradients([mul(x, 2), neg(x)], [x], ([first, second]) => [add(mul(first, 10), mul(second, 100))])

test('several tensors are what they are, and share one gradient', async () => {
  const [a, b] = pair()
  const [dx] = gradients(reduceSum(add(mul(a, 3), b), [0]), [x])
  expect(await runGraph({ a, b, dx }, values)).toMatchObject({ a: Float32Array.of(6, 10), b: Float32Array.of(-3, -5), dx: Float32Array.of(130, 130) })
})

test('one that the loss does not depend on has a gradient of 0', async () => {
  const [, b] = pair()
  const [dx] = gradients(reduceSum(b, [0]), [x])
  expect(await runGraph({ dx }, values)).toEqual({ dx: Float32Array.of(100, 100) })
})
