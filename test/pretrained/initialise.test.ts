import { expect, test } from 'vitest'
import { initialise } from '../../src/pretrained/initialise.ts'

function drawn(name: string, seed: number, count: number, deviation = 0.02): Float32Array {
  const target = new Float32Array(count)
  initialise({ name, init: 'normal' }, seed, deviation, target)
  return target
}

// Python's hashlib, struct and math, with the key stream of `openssl enc -aes-128-ctr`.
test('the numbers are those of the same formula in Python with OpenSSL', () => {
  const values = drawn('classifier.weight', 42, 20_001)
  expect([...values.subarray(0, 5)]).toEqual([0.013213827274739742, 0.010718937031924725, 0.0051635815761983395, -0.032163940370082855, 0.014357618987560272])
  expect([...values.subarray(-3)]).toEqual([-0.009445145726203918, -0.03126819059252739, -0.025514235720038414])
})

test('a stream does not depend on how much of it is taken', () => {
  expect(drawn('w', 1, 7)).toEqual(drawn('w', 1, 1000).subarray(0, 7))
})

test('another seed or another name is another stream', () => {
  const [first] = drawn('w', 1, 1)
  expect(drawn('w', 2, 1)[0]).not.toBe(first)
  expect(drawn('v', 1, 1)[0]).not.toBe(first)
})

test('the values are normal: moments and quantiles of 1,000,000 within five standard errors', () => {
  const values = drawn('w', 7, 1_000_000, 1)
  const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / values.length
  expect(Math.abs(moment(1))).toBeLessThan(5e-3)
  expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.SQRT2 * 1e-3)
  expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15) * 1e-3)
  expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96) * 1e-3)
  const below = (limit: number): number => values.reduce((count, value) => count + Number(value < limit), 0) / values.length
  for (const [limit, share] of [[-2, 0.0227501], [-1, 0.1586553], [0, 0.5], [1, 0.8413447], [3, 0.9986501]] as const) {
    expect(Math.abs(below(limit) - share)).toBeLessThan(5 * Math.sqrt(share * (1 - share)) * 1e-3)
  }
})

test('biases are zeros and LayerNorm weights ones', () => {
  const target = new Float32Array(3).fill(7)
  initialise({ name: 'b', init: 'zeros' }, 1, 0.02, target)
  expect([...target]).toEqual([0, 0, 0])
  initialise({ name: 'n', init: 'ones' }, 1, 0.02, target)
  expect([...target]).toEqual([1, 1, 1])
})
