import { expect, inject, test } from 'vitest'
import type { Prediction } from '../../src/protocol/prediction.ts'
import { texts } from './texts.ts'
import { ask, finetune } from './witness.ts'

/** What a client says of a text: the labels with their scores, most likely first. */
type Scores = { label: string; score: number }[]

for (const { model, folder } of inject('runs')) {
  const ours = (): Scores[] => finetune(['predict', '--json', '--model', folder], texts.join('\n'))
    .trim().split('\n').map((line) => (JSON.parse(line) as Prediction).scores)

  test(`${model}: transformers' pipeline says of the run's folder what predict says`, () => {
    expectEqual(ask('pipeline.py', { folder, texts }) as Scores[], ours())
  })

  test(`${model}: transformers.js says of the run's folder what predict says`, () => {
    const theirs = ask('transformersJs.mjs', { folder, texts }) as (Scores | null)[]
    expect(theirs.filter(Boolean).length).toBeGreaterThan(100)
    expectEqual(theirs, ours())
  })

  test(`${model}: transformers finds every weight it expects, and no other`, () => {
    expect(ask('loading.py', { folder })).toEqual({ missing_keys: [], unexpected_keys: [], mismatched_keys: [], dtype: 'torch.float32' })
  })
}

function expectEqual(theirs: readonly (Scores | null)[], ours: readonly Scores[]): void {
  expect(theirs.length).toBe(texts.length)
  expect(ours.length).toBe(texts.length)
  for (const [i, scores] of theirs.entries()) {
    if (!scores) continue
    expect(scores[0].label, texts[i]).toBe(ours[i][0].label)
    expect(scores.length).toBe(ours[i].length)
    for (const { label, score } of scores) {
      const own = ours[i].find((each) => each.label === label)
      expect(Math.abs(score - own!.score), `${label} of “${texts[i].slice(0, 60)}”`).toBeLessThan(1e-5)
    }
  }
}
