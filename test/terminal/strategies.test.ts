/** Settings that decide what is done at which step, by what a run leaves behind. */
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import type { TrainerState } from '../../src/runs/trainerState.ts'
import { digest, eventsOf, newsSample, Place } from './finetune.ts'

const place = new Place()
const model = place.tinyModel('model')
afterAll(() => place.remove())

/** Trains on 64 rows in batches of 16; returns the run's events, its checkpoints, and its trainer_state.json. */
async function train(output_dir: string, ...settings: string[]) {
  const ended = await place.finetune([
    'train', '--model_name_or_path', model, '--dataset', newsSample, '--max_train_samples', '64', '--max_eval_samples', '32', '--learning_rate', '5e-3',
    '--output_dir', output_dir, '--json', ...settings,
  ])
  expect(ended).toMatchObject({ code: 0 })
  const checkpoints = readdirSync(place.path(output_dir)).filter((name) => name.startsWith('checkpoint-')).map((name) => Number(name.slice(11))).sort((a, b) => a - b)
  const state = JSON.parse(readFileSync(place.path(output_dir, 'trainer_state.json'), 'utf8')) as TrainerState
  const stepsOf = (type: 'progress' | 'log' | 'evaluate' | 'checkpoint') => eventsOf(ended, type).map(({ step }) => step)
  return { ended, checkpoints, state, stepsOf, model: digest(place.path(output_dir, 'model.safetensors')), digestOf: (step: number) => digest(place.path(output_dir, `checkpoint-${step}/model.safetensors`)) }
}

test.concurrent('save_total_limit keeps the newest and the best', async () => {
  const { checkpoints, state, model, digestOf } = await train('limited', '--save_total_limit', '1', '--num_train_epochs', '4', '--learning_rate', '1e-7')
  const best = state.best_global_step!
  expect(best).toBeLessThan(16) // at such a learning rate the accuracy stays, and of equals the first is best
  expect(checkpoints).toEqual([best, 16])
  expect(model).toBe(digestOf(best))
  expect(state).toMatchObject({ best_model_checkpoint: `checkpoint-${best}`, global_step: 16, epoch: 4 })
})

test.concurrent('steps strategies: logs, evaluations and checkpoints at their steps, and a checkpoint at the end', async () => {
  const { checkpoints, state, stepsOf } = await train(
    'steps', '--max_steps', '10', '--logging_strategy', 'steps', '--logging_steps', '2', '--eval_strategy', 'steps', '--eval_steps', '3',
    '--save_strategy', 'steps', '--save_steps', '4', '--load_best_model_at_end', 'false',
  )
  expect(stepsOf('log')).toEqual([2, 4, 6, 8, 10])
  expect(stepsOf('evaluate')).toEqual([3, 6, 9])
  expect(checkpoints).toEqual([4, 8, 10])
  expect(state.log_history.filter((row) => row.loss !== undefined).map(({ step }) => step)).toEqual([2, 4, 6, 8, 10])
  expect(state).toMatchObject({ logging_steps: 2, eval_steps: 3, save_steps: 4, max_steps: 10, epoch: 2.5, num_train_epochs: 3 })
})

test.concurrent('intervals below 1 are shares of all steps', async () => {
  const { stepsOf } = await train('shares', '--logging_strategy', 'steps', '--logging_steps', '0.25', '--eval_strategy', 'no', '--no_load_best_model_at_end')
  expect(stepsOf('log')).toEqual([3, 6, 9, 12])
})

test.concurrent('load_best_model_at_end false ends with the last model', async () => {
  const { state, model, digestOf } = await train('last', '--load_best_model_at_end', 'false', '--num_train_epochs', '4', '--learning_rate', '1e-7')
  expect(state.best_global_step).toBeLessThan(16)
  expect(model).toBe(digestOf(16))
  expect(model).not.toBe(digestOf(state.best_global_step!))
})

test.concurrent('without evaluations and checkpoints there is the last model alone', async () => {
  const { checkpoints, stepsOf, ended } = await train('bare', '--eval_strategy', 'no', '--save_strategy', 'no', '--load_best_model_at_end', 'false', '--num_train_epochs', '1.5')
  expect(stepsOf('progress')).toEqual([1, 2, 3, 4, 5, 6])
  expect(stepsOf('evaluate')).toEqual([])
  expect(checkpoints).toEqual([6])
  expect(ended.stderr).toMatch(/^The last model is in bare\.$/m)
})

test.concurrent('gradient accumulation makes fewer steps of the same batches; the short last one trains too', async () => {
  const { state, stepsOf } = await train('accumulated', '--gradient_accumulation_steps', '3', '--per_device_train_batch_size', '10')
  expect(stepsOf('progress')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]) // ceil(ceil(64 / 10) / 3) = 3 an epoch
  expect(state.log_history.filter((row) => row.eval_loss !== undefined).map(({ epoch }) => epoch)).toEqual([1, 2, 3])
})

test.concurrent('settings come from a file, under those of the command line', async () => {
  place.write('settings.json', JSON.stringify({ max_steps: 3, seed: 7, output_dir: 'elsewhere' }))
  const { stepsOf } = await train('from file', 'settings.json')
  expect(stepsOf('progress')).toEqual([1, 2, 3])
  expect(JSON.parse(readFileSync(place.path('from file', 'run.json'), 'utf8'))).toMatchObject({ settings: { seed: 7, max_steps: 3, output_dir: place.path('from file') } })
})
