/** Every order of rows against numpy, datasets, torch and HF Trainer (test/golden/data/make.py). */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { epochOrder, Mt19937, randperm } from '../../src/random/mt19937.ts'
import { Pcg64, permutation } from '../../src/random/pcg64.ts'
import { sample, trainTestSplit } from '../../src/data/split.ts'
import golden from '../golden/data/permutations.json' with { type: 'json' }
import splits from '../golden/data/train_test_split.json' with { type: 'json' }
import { shared } from '../shared.ts'

function sha256OfInt64(values: Int32Array): string {
  return createHash('sha256').update(BigInt64Array.from(values, BigInt)).digest('hex')
}

describe('numpy: default_rng(seed).permutation(n)', () => {
  test.each(golden.numpy)('n $n, seed $seed', ({ n, seed, first8, sha256_int64le }) => {
    const order = permutation(n, seed)
    expect([...order.subarray(0, 8)]).toEqual(first8)
    expect(sha256OfInt64(order)).toBe(sha256_int64le)
  })

  test('upTo stays within its bound and reaches it', () => {
    const random = new Pcg64(7)
    const drawn = new Set(Array.from({ length: 1000 }, () => random.upTo(5)))
    expect([...drawn].sort()).toEqual([0, 1, 2, 3, 4, 5])
  })
})

describe('torch: the order of an epoch in Trainer', () => {
  test.each(golden.torch)('n $n, seed $seed, epoch $epoch', ({ n, seed, epoch, first8, sha256_int64le }) => {
    const order = epochOrder(n, seed, epoch)
    expect([...order.subarray(0, 8)]).toEqual(first8)
    expect(sha256OfInt64(order)).toBe(sha256_int64le)
  })

  test('no row and one row have one order', () => {
    expect([...randperm(0, 42)]).toEqual([])
    expect([...randperm(1, 42)]).toEqual([0])
  })

  test('the 10,000th number of the default seed is the published one', () => {
    const random = new Mt19937(5489)
    for (let i = 1; i < 10_000; i++) random.u32()
    expect(random.u32()).toBe(4123659995)
  })
})

describe('datasets: train_test_split(test_size, seed)', () => {
  test.each(splits.cases)('n $n, test_size $test_size, seed $seed', ({ n, test_size, seed, train, test }) => {
    const split = trainTestSplit(n, test_size, seed)
    expect([...split.train]).toEqual(train)
    expect([...split.test]).toEqual(test)
  })

  test.each([
    [0, 'test_size must be a share between 0 and 1 or a whole number of rows, not 0'],
    [-1, 'test_size must be a share between 0 and 1 or a whole number of rows, not -1'],
    [1.5, 'test_size must be a share between 0 and 1 or a whole number of rows, not 1.5'],
    [NaN, 'test_size must be a share between 0 and 1 or a whole number of rows, not NaN'],
  ])('test_size %d is refused', (testSize, message) => {
    expect(() => trainTestSplit(10, testSize, 42)).toThrow(message)
  })

  test.each([[1, 0.1], [10, 10], [3, 0.99]])('of %d rows, test_size %d leaves none to train on', (n, testSize) => {
    expect(() => trainTestSplit(n, testSize, 42)).toThrow(/cannot be set aside/)
  })
})

describe('datasets: shuffle(seed=42).select(range(max))', () => {
  test('the rows that the tutorial trains on', () => {
    expect([...sample(120_000, 3)]).toEqual(golden.train_first3)
  })

  test('as many rows as there are come shuffled, more are all rows in their own order', () => {
    expect([...sample(5, 5)]).toEqual([...permutation(5, 42)])
    expect([...sample(5, 6)]).toEqual([0, 1, 2, 3, 4])
    expect([...sample(5)]).toEqual([0, 1, 2, 3, 4])
  })

  test.skipIf(!shared)('all 1,000 indices of AG News, train and test', () => {
    const reference = JSON.parse(readFileSync(`${shared}/ag_news/shuffle_seed42.json`, 'utf8'))
    for (const split of [reference.train, reference.test]) expect([...sample(split.n, split.select)]).toEqual(split.indices)
  })
})
