import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { activations } from '../../src/graph/functions/activations.ts'
import { input } from '../../src/graph/operators.ts'
import { gradientsByRules } from './differences.ts'
import { runGraph } from './run.ts'
import { tensorOf } from './tensors.ts'

interface Golden { points: number[]; functions: Record<string, { values: number[]; slopes: number[] }> }

/** What transformers' ACT2FN and torch's autograd give, in double. */
const { points, functions } = JSON.parse(readFileSync('test/golden/activations.json', 'utf8')) as Golden

test('every activation has its reference', () => {
  expect(Object.keys(activations).sort()).toEqual(Object.keys(functions).sort())
})

test.each(Object.entries(activations))('%s as transformers has it, and its slope', async (name, of) => {
  const x = tensorOf('float32', points)
  const { y } = await runGraph({ y: of(input('x', 'float32', x.shape)) }, { x })
  const [slopes] = await gradientsByRules(of, [x], { weights: points.map(() => 1) })
  points.forEach((_, i) => {
    const { values, slopes: expected } = functions[name]
    expect(Math.abs(Number(y[i]) - values[i])).toBeLessThan(1e-6 * Math.max(1, Math.abs(values[i])))
    expect(Math.abs(slopes[i] - expected[i])).toBeLessThan(2e-6 * Math.max(1, Math.abs(expected[i])))
  })
})
