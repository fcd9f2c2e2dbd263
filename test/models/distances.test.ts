import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { allDistances, byDistance, byToken, distances } from '../../src/graph/functions/distances.ts'
import { add, input } from '../../src/graph/operators.ts'
import { logBucket } from '../../src/models/disentangledAttention.ts'
import { bucketOf } from '../../src/models/mpnet.ts'
import { runGraph } from '../graph/run.ts'
import { tensorOf } from '../graph/tensors.ts'

/** What transformers gives for the distances from −600 to 600: MPNet's for key − query, DeBERTa's for query − key. */
const golden = JSON.parse(readFileSync('test/golden/relative_buckets.json', 'utf8')) as { mpnet: number[]; deberta: Record<string, number[]> }
const away = Array.from({ length: 1201 }, (_, i) => i - 600)

test('MPNet\'s buckets', () => {
  expect(away.map(bucketOf)).toEqual(golden.mpnet)
})

test.each(Object.entries(golden.deberta))('DeBERTa\'s buckets, and the longest distance: %s', (sizes, expected) => {
  const [buckets, longest] = sizes.split(',').map(Number)
  const within = away.map((distance, i) => [distance, expected[i]]).filter(([distance]) => Math.abs(distance) <= longest)
  expect(within.map(([distance]) => [distance, logBucket(distance, buckets, longest) + 0])).toEqual(within)
})

const sequence = 4
/** Tells how long the sequence is. */
const sized = { same: add(input('named', 'float32', ['sequence']), 0) }
const values = { named: tensorOf('float32', [0, 0, 0, 0]) }

test('distances from all tokens and from the first, and all that there are; those beyond the reach are as at its end', async () => {
  const found = await runGraph({
    all: distances('sequence', 'sequence'), first: distances(1, 'sequence'), range: allDistances('sequence'), kept: byDistance(allDistances('sequence'), 2, (distance) => 10 * distance), ...sized,
  }, values, { 'sequence+sequence': 2 * sequence })
  expect([...found.all]).toEqual([0, 1, 2, 3, -1, 0, 1, 2, -2, -1, 0, 1, -3, -2, -1, 0])
  expect([...found.first]).toEqual([0, 1, 2, 3])
  expect([...found.range]).toEqual([-4, -3, -2, -1, 0, 1, 2, 3])
  expect([...found.kept]).toEqual([-20, -20, -20, -10, 0, 10, 20, 20])
})

test('scores by distance become scores by token', async () => {
  const row = [-4, -3, -2, -1, 0, 1, 2, 3]
  const x = tensorOf('float32', [0, 1, 2, 3].flatMap((i) => row.map((distance) => 100 * i + distance)), [1, sequence, 2 * sequence])
  const { y } = await runGraph({ y: byToken(input('x', 'float32', [1, 'sequence', 'sequence+sequence'])), ...sized }, { x, ...values })
  expect([...y]).toEqual([0, 1, 2, 3].flatMap((i) => [0, 1, 2, 3].map((j) => 100 * i + j - i)))
})
