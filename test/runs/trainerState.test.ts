import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { clockFields, logged, readTrainerState, startState, writeTrainerState } from '../../src/runs/trainerState.ts'
import { noProgress, readTrainingProgress, writeTrainingProgress } from '../../src/runs/trainingProgress.ts'
import { shared } from '../shared.ts'
import { temporaryFolder } from './sample.ts'

let folder: string
beforeEach(async () => {
  const temporary = await temporaryFolder()
  folder = temporary.folder
  return temporary.remove
})

const plan = { max_steps: 189, num_train_epochs: 3, logging_steps: 500, eval_steps: 500, save_steps: 500, train_batch_size: 16 }

test('a state comes back as it was written, its keys sorted as by Python', async () => {
  const begun = logged({ ...startState(plan), global_step: 63, epoch: 1 }, { loss: 1.289674789186508, grad_norm: 1.8241205215454102, learning_rate: 1.343915343915344e-5 })
  const state = {
    ...logged(begun, { eval_loss: 1.05, eval_accuracy: 0.772, eval_runtime: 12.5 }),
    best_metric: 0.772, best_global_step: 63, best_model_checkpoint: 'checkpoint-63',
  }
  await writeTrainerState(folder, state)
  expect(await readTrainerState(folder)).toEqual(state)
  const text = await readFile(join(folder, 'trainer_state.json'), 'utf8')
  expect(text.startsWith('{\n  "best_global_step": 63,\n  "best_metric": 0.772,\n')).toBe(true)
  expect(Object.keys(JSON.parse(text).log_history[0])).toEqual(['epoch', 'grad_norm', 'learning_rate', 'loss', 'step'])
})

test('logging does not change the state that it is given', () => {
  const state = startState(plan)
  expect(logged(state, { loss: 1 }).log_history).toEqual([{ loss: 1, epoch: 0, step: 0 }])
  expect(state.log_history).toEqual([])
})

test.skipIf(!shared)('the fields are those of a real Trainer\'s state, which is read and written the same', async () => {
  const text = await readFile(`${shared}/example_push/minilm-finetuned-ag-news/trainer_state.json`, 'utf8')
  const real = JSON.parse(text) as Record<string, unknown>
  expect(Object.keys(startState(plan)).sort()).toEqual(Object.keys(real).sort())
  await writeFile(join(folder, 'trainer_state.json'), text)
  const state = await readTrainerState(folder)
  await writeTrainerState(folder, state)
  expect(JSON.parse(await readFile(join(folder, 'trainer_state.json'), 'utf8'))).toEqual(real)
  const evaluation = state.log_history.find((row) => 'eval_runtime' in row)!
  expect(Object.keys(evaluation).filter((name) => (clockFields as readonly string[]).includes(name))).toEqual(['eval_runtime', 'eval_samples_per_second', 'eval_steps_per_second'])
})

test.each(['{', '{}', '[]', '{"global_step":-1}'])('a damaged state or progress is named: %s', async (content) => {
  await writeFile(join(folder, 'trainer_state.json'), content)
  await writeFile(join(folder, 'training_progress.json'), content)
  await expect(readTrainerState(folder)).rejects.toMatchObject({ code: 'run.checkpoint-unreadable' })
  await expect(readTrainingProgress(folder)).rejects.toMatchObject({ code: 'run.checkpoint-unreadable' })
})

test('running sums come back to the last bit', async () => {
  const progress = { ...noProgress, loss_since_log: 0.1 + 0.2, logged_step: 63, loss_until_log: 1 / 3, rows_seen: 1000, tokens_seen: 53_368, train_runtime: 4.2 }
  await writeTrainingProgress(folder, progress)
  expect(await readTrainingProgress(folder)).toEqual(progress)
})
