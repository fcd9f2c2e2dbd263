import { expect, inject, test } from 'vitest'
import type { Prediction } from '../../src/protocol/prediction.ts'
import { texts } from './texts.ts'
import { ask, finetune } from './witness.ts'

/** What a client says of a text: the labels with their scores, most likely first. */
type Scores = { label: string; score: number }[]

const runs = inject('runs')
const question = { models: runs.map(({ folder }) => folder), texts }
const python = ask('pipeline.py', question) as { scores: Scores[]; loading: unknown }[]
const javaScript = ask('transformersJs.mjs', question) as { scores: (Scores | null)[] }[]

test.each(runs.map((run, i) => ({ ...run, ...python[i], theirs: javaScript[i].scores })))('$model: transformers and transformers.js say of the run\'s folder what predict says', ({ folder, scores, loading, theirs }) => {
  const ours = finetune(['predict', '--json', '--model', folder], texts.join('\n')).trim().split('\n').map((line) => (JSON.parse(line) as Prediction).scores)
  expect(loading).toEqual({ missing_keys: [], unexpected_keys: [], mismatched_keys: [], dtype: 'torch.float32' })
  expectEqual(scores, ours)
  expect(theirs.filter(Boolean).length).toBeGreaterThan(100)
  expectEqual(theirs, ours)
})

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
