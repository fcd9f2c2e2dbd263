import { expect, inject, test } from 'vitest'
import type { Prediction } from '../../src/protocol/prediction.ts'
import { texts } from './texts.ts'
import { ask, finetune } from './witness.ts'

/** What each client says of all texts: for each its labels with their scores, most likely first. */
type Scores = { label: string; score: number }[][]

for (const { model, folder } of inject('runs')) {
  const ours = (): Scores => finetune(['predict', '--json', '--model', folder], texts.join('\n'))
    .trim().split('\n').map((line) => (JSON.parse(line) as Prediction).scores)

  test.each(['pipeline.py', 'transformersJs.mjs'])(`${model}: %s says of the run's folder what predict says`, (client) => {
    expectEqual(ask(client, { folder, texts }) as Scores, ours())
  })

  test(`${model}: transformers finds every weight it expects, and no other`, () => {
    expect(ask('loading.py', { folder })).toEqual({ missing_keys: [], unexpected_keys: [], mismatched_keys: [], dtype: 'torch.float32' })
  })
}

function expectEqual(theirs: Scores, ours: Scores): void {
  expect(theirs.length).toBe(texts.length)
  expect(theirs.map(([best]) => best.label)).toEqual(ours.map(([best]) => best.label))
  for (const [i, scores] of theirs.entries()) {
    expect(scores.map(({ label }) => label).toSorted()).toEqual(ours[i].map(({ label }) => label).toSorted())
    for (const { label, score } of scores) {
      const difference = Math.abs(score - ours[i].find((own) => own.label === label)!.score)
      expect(difference, `${label} of “${texts[i].slice(0, 60)}”`).toBeLessThan(1e-5)
    }
  }
}
