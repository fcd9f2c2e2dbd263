import { expect, test } from 'vitest'
import { filler } from '../../src/models/layouts/batch.ts'
import { groupByLength, placesFor } from '../../src/models/layouts/groupByLength.ts'
import { uniforms } from '../graph/tensors.ts'

test('a text always has a place more than tokens', () => {
  expect([1, 7, 8, 15, 16].map(placesFor)).toEqual([8, 8, 16, 16, 24])
})

test('the long one among short ones is alone; texts are told by their numbers', () => {
  expect(groupByLength([20, 200, 18, 22], 2)).toEqual([{ texts: [2, 0, 3], sequence: 24 }, { texts: [1], sequence: 208 }])
})

test('texts of one length need no second group: it has a text of filler', () => {
  expect(groupByLength([9, 9, 10], 3)).toEqual([{ texts: [0, 1, 2], sequence: 16 }, { texts: [filler], sequence: 8 }, { texts: [filler], sequence: 8 }])
  expect(groupByLength([9], 2)).toEqual([{ texts: [0], sequence: 16 }, { texts: [filler], sequence: 8 }])
})

/** The least work of all ways to cut, found by trying each. */
function least(lengths: readonly number[], count: number): number {
  const work = (part: readonly number[]) => part.length * placesFor(part.at(-1)!) ** 2
  if (count === 1 || lengths.length === 1) return work(lengths)
  return Math.min(work(lengths), ...lengths.slice(1).map((_, i) => work(lengths.slice(0, i + 1)) + least(lengths.slice(i + 1), count - 1)))
}

test.each([1, 2, 3, 4])('into %i groups: each text once, and no other way is less work', (count) => {
  const next = uniforms(count)
  for (let round = 0; round < 30; round++) {
    const lengths = Array.from({ length: 1 + Math.floor(next() * 8) }, () => 1 + Math.floor(next() ** 3 * 120))
    const groups = groupByLength(lengths, count)
    expect(groups).toHaveLength(count)
    const used = groups.filter(({ texts }) => texts[0] !== filler)
    expect(used.flatMap(({ texts }) => texts).sort((a, b) => a - b)).toEqual([...lengths.keys()])
    for (const { texts, sequence } of used) expect(sequence).toBe(placesFor(Math.max(...texts.map((text) => lengths[text]))))
    expect(used.reduce((sum, { texts, sequence }) => sum + texts.length * sequence ** 2, 0)).toBe(least(lengths.toSorted((a, b) => a - b), count))
  }
})
