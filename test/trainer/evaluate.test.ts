import { expect, test } from 'vitest'
import type { Evaluator } from '../../src/models/evaluator.ts'
import { OrtError } from '../../src/runtime/ortApi.ts'
import { evaluate } from '../../src/trainer/evaluate.ts'
import { FittingBatches, type Fit } from '../../src/trainer/fittingBatches.ts'

const rows = { labels: Int32Array.of(0, 1, 1, 0, 1, 0, 0), labelNames: ['no', 'yes'], tokens: async (from: number, count: number) => texts.slice(from, from + count) }
const texts = [...rows.labels].map((_, row) => Int32Array.of(row))

/** Says of a text what its number tells; fails as a small GPU does for more than `most` of them. */
function evaluatorFor(most: number): Evaluator {
  const logits = async (batch: readonly Int32Array[]) => {
    if (batch.length > most) throw new OrtError('RunWithBinding', 'CUDA failure 2: out of memory ; GPU=0')
    return Float32Array.from(batch.flatMap(([row]) => [0, row % 3 - 1]))
  }
  return { logits } as unknown as Evaluator
}

test('evaluation batches that do not fit are made smaller, for later evaluations too, and what is measured is the same', async () => {
  const said: Fit[] = []
  const fitting = new FittingBatches((fit) => said.push(fit))
  const whole = await evaluate(evaluatorFor(99), rows, 5)
  for (let i = 0; i < 2; i++) expect(await evaluate(evaluatorFor(2), rows, 5, undefined, fitting)).toEqual(whole)
  expect(said).toEqual([{ rows: 3, count: 2, effective: 5 }, { rows: 2, count: 3, effective: 5 }])
  expect(whole.predictions).toBeDefined()
})

test('a row that does not fit alone ends it in words', async () => {
  await expect(evaluate(evaluatorFor(0), rows, 5)).rejects.toMatchObject({ code: 'train.out-of-memory' })
})
