import { expect, test } from 'vitest'
import { KernelMemory } from '../../src/kernels/kernels.ts'
import { randomTensor } from '../graph/tensors.ts'

/** Whole vectors of four, tails of one to three, and both. */
const lengths = [1, 2, 3, 4, 5, 6, 7, 8, 67]

/** Memory with an array of these values in front of a neighbour that must stay as it is. */
function memoryWith(...arrays: Float32Array[]) {
  const memory = new KernelMemory(4096)
  const placed = arrays.map((values) => {
    const place = memory.floats(values.length)
    place.set(values)
    return place
  })
  return { kernels: memory.kernels, placed, at: placed.map(({ byteOffset }) => byteOffset) }
}

const random = (n: number, seed: number, from?: number, to?: number): Float32Array => randomTensor([n], seed, from, to).data
const { fround } = Math

/** One AdamW update of one value in float32, operation by operation. */
function adamw(p: number, g: number, m: number, v: number, [scale, rate1, beta2, rate2, size, root2, epsilon, decay]: number[]): [p: number, m: number, v: number] {
  const gradient = fround(g * scale)
  const m1 = fround(m + fround(fround(gradient - m) * rate1))
  const v1 = fround(fround(v * beta2) + fround(fround(gradient * gradient) * rate2))
  const denominator = fround(fround(fround(Math.sqrt(v1)) / root2) + epsilon)
  return [fround(fround(p * decay) - fround(fround(size * m1) / denominator)), m1, v1]
}

const numbers = [0.7, 0.1, 0.999, 0.001, 0.013, 0.03, 1e-8, 0.9998].map(fround)

test.each(lengths)('adamw: every one of %i values as the formula in float32, to the bit; no other is touched', (n) => {
  const [p, g, m, v] = [random(n, 1), random(n, 2), random(n, 3), random(n, 4, 0.1, 2)]
  const { kernels, placed, at } = memoryWith(...[p, g, m, v].map((values) => Float32Array.of(...values, 42)))
  kernels.beginStep(...numbers.slice(0, 7) as [number, number, number, number, number, number, number])
  kernels.adamw(at[0], at[1], at[2], at[3], n, numbers[7])
  const expected = Array.from(p, (_, i) => adamw(p[i], g[i], m[i], v[i], numbers))
  expect([...placed[0]]).toEqual([...expected.map(([value]) => value), 42])
  expect([...placed[1]]).toEqual([...g, 42])
  expect([...placed[2]]).toEqual([...expected.map(([, value]) => value), 42])
  expect([...placed[3]]).toEqual([...expected.map(([, , value]) => value), 42])
})

test.each([1, 3, 4, 7])('adamwRows: rows of %i values, each with the gradient of its slot or none', (width) => {
  const table = (seed: number) => random(4 * width, seed, 0.1, 1)
  const [p, m, v] = [table(1), table(2), table(3)]
  const gradient = random(2 * width, 4)
  const memory = new KernelMemory(4096)
  const places = [p, gradient, m, v].map((values) => {
    const place = memory.floats(values.length)
    place.set(values)
    return place
  })
  const [rows, slots, zeros] = [memory.integers(3), memory.integers(3), memory.floats(width)]
  rows.set([3, 0, 2])
  slots.set([1, -1, 0])
  const [pAt, gAt, mAt, vAt] = places.map(({ byteOffset }) => byteOffset)
  memory.kernels.beginStep(...numbers.slice(0, 7) as [number, number, number, number, number, number, number])
  memory.kernels.adamwRows(pAt, gAt, mAt, vAt, width, rows.byteOffset, slots.byteOffset, 3, zeros.byteOffset, numbers[7])
  const slotOfRow = [-1, undefined, 0, 1]
  const expected = Array.from(p, (_, i) => {
    const slot = slotOfRow[Math.floor(i / width)]
    if (slot === undefined) return [p[i], m[i], v[i]]
    return adamw(p[i], slot < 0 ? 0 : gradient[slot * width + i % width], m[i], v[i], numbers)
  })
  for (const [place, part] of [[0, 0], [2, 1], [3, 2]]) expect([...places[place]]).toEqual(expected.map((values) => values[part]))
})

test.each(lengths)('multiply: %i values by one factor after another, rounding each time', (n) => {
  const [values, factors] = [random(n, 1), Float32Array.from({ length: 50 }, (_, i) => 1 - 1e-3 / (i + 1))]
  const { kernels, placed, at } = memoryWith(Float32Array.of(...values, 42), factors)
  kernels.multiply(at[0], n, at[1], factors.length)
  expect([...placed[0]]).toEqual([...values.map((value) => factors.reduce((product, factor) => fround(product * factor), value)), 42])
})

test.each(lengths)('accumulate: %i sums', (n) => {
  const [sum, part] = [random(n, 1), random(n, 2)]
  const { kernels, placed, at } = memoryWith(Float32Array.of(...sum, 42), part)
  kernels.accumulate(at[0], at[1], n)
  expect([...placed[0]]).toEqual([...sum.map((value, i) => value + part[i]), 42])
})

test.each(lengths)('sumOfSquares: of %i values, in double', (n) => {
  const values = random(n, 1).map((value, i) => value * 10 ** (10 - 4 * i % 20))
  const { kernels, at } = memoryWith(Float32Array.of(...values, 1e10))
  const expected = values.reduce((sum, value) => sum + value * value, 0)
  expect(Math.abs(kernels.sumOfSquares(at[0], n) - expected)).toBeLessThanOrEqual(1e-14 * expected)
})

test('squares that float32 cannot hold are summed', () => {
  const { kernels, at } = memoryWith(Float32Array.of(1e30, 1e30, 1e30, 1e30, 1e30))
  expect(kernels.sumOfSquares(at[0], 5) / 5e60).toBeCloseTo(1, 6)
})

test('memory is handed out on cache lines of its own, zeroed, until it is full', () => {
  const memory = new KernelMemory(2 * 64)
  const [a, b] = [memory.floats(3), memory.integers(16)]
  expect([a.byteOffset % 64, b.byteOffset % 64]).toEqual([0, 0])
  expect(b.byteOffset).toBeGreaterThanOrEqual(a.byteOffset + KernelMemory.bytesFor(3))
  expect([...a, ...b].every((value) => value === 0)).toBe(true)
  expect(() => memory.floats(memory.size)).toThrow('full')
})

test('the largest memory is used up to its end', () => {
  const memory = new KernelMemory(KernelMemory.mostBytes)
  memory.floats(KernelMemory.mostBytes / 4 - 16)
  const last = memory.floats(16).fill(3)
  expect(last.byteOffset).toBe(2 ** 32 - 128)
  memory.kernels.multiply(last.byteOffset, 16, last.byteOffset + 60, 1)
  memory.kernels.accumulate(last.byteOffset, last.byteOffset, 16)
  expect(last).toEqual(new Float32Array(16).fill(18))
  expect(memory.kernels.sumOfSquares(last.byteOffset, 16)).toBe(16 * 18 ** 2)
  expect(() => new KernelMemory(KernelMemory.mostBytes + 1)).toThrow(RangeError)
})
