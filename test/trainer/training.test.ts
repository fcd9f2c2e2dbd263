import { expect, test } from 'vitest'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import type { Run } from '../../src/runs/runFolder.ts'
import { Plan } from '../../src/trainer/stepPlan.ts'
import { Training, type TrainingParts, type Untimed } from '../../src/trainer/training.ts'
import type { StepResult } from '../../src/trainer/trainingEngine.ts'

/** A run whose steps come to these results. */
function trainingOf(results: readonly StepResult[]): { training: Training, told: Untimed[], updates: (number | undefined)[] } {
  const settings = checkSettings({ model_name_or_path: 'model', dataset: ['rows.csv'], output_dir: 'run', max_steps: results.length, logging_strategy: 'steps', logging_steps: 2 })
  const told: Untimed[] = []
  const updates: (number | undefined)[] = []
  let step = 0
  const parts: Partial<TrainingParts> = {
    settings,
    plan: new Plan(100, settings),
    engine: { step: async (_micro: unknown, { update }: { update?: number }) => (updates.push(update), await Promise.resolve(results[step++])) } as unknown as TrainingParts['engine'],
    rows: { ofStep: () => Promise.resolve([[{ ids: Int32Array.of(1, 2), label: 0 }]]), remainingAfter: () => 1, namesOfStep: () => 'rows.csv, rows 1' } as unknown as TrainingParts['rows'],
    run: { folder: 'test' } as Run,
    tell: (event) => void told.push(event),
  }
  return { training: new Training(parts as TrainingParts), told, updates }
}

test('a step that float16 skips may have a loss that is no number: the run goes on, and the mean is of the others, as in Trainer', async () => {
  const skipped = { gradNorm: Infinity, skipped: true }
  const results = [{ loss: NaN, ...skipped }, { loss: 3, gradNorm: 1 }, { loss: 4, gradNorm: 1 }, { loss: -Infinity, ...skipped }, { loss: 2, gradNorm: 1 }]
  const { training, told, updates } = trainingOf(results)
  for (let step = 1; step <= results.length; step++) {
    await training.trainStep()
    if (step % 2 === 0) training.log()
  }
  expect(updates).toEqual([1, 1, 2, 3, 3])
  // Trainer's tr_loss += tr_loss / (1 + global_step - _globalstep_last_logged)
  expect(told.filter(({ type }) => type === 'log')).toMatchObject([{ step: 2, loss: (0 + 3) / 2 }, { step: 4, loss: (4 + 4 / 2) / 2 }])
  expect(told.filter(({ type }) => type === 'progress')).toMatchObject([0, 3, 4, 2, 2].map((loss) => ({ loss })))
  expect(training.finished().log_history.at(-1)!.train_loss).toBeCloseTo((0 + 3 + 4 + 2 + 2) / 5, 12)
})

test.each([['loss', { loss: NaN, gradNorm: NaN }], ['gradient', { loss: 1, gradNorm: Infinity }]])('elsewhere a %s that is no number ends the run', async (what, result) => {
  const { training } = trainingOf([result])
  await expect(training.trainStep()).rejects.toMatchObject({ code: 'train.not-finite', args: { what, step: 1 } })
})
