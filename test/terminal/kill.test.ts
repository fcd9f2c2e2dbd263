/** kill -9 at any moment, then the same command again: the run ends with the bytes of one that was never killed. */
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clockFields } from '../../src/runs/trainerState.ts'
import { digest, eventsOf, newsSample, Place, type Fault } from './finetune.ts'

const place = new Place()
const model = place.tinyModel('model')
/** 3 epochs of 4 steps of 2 micro-batches each; dropout is on. */
const train = (output_dir: string) => [
  'train', '--model_name_or_path', model, '--dataset', newsSample, '--max_train_samples', '60', '--max_eval_samples', '32', '--learning_rate', '5e-3',
  '--per_device_train_batch_size', '8', '--gradient_accumulation_steps', '2', '--metric_for_best_model', 'loss', '--output_dir', output_dir, '--json',
]

let never: ReturnType<typeof outcome>
beforeAll(async () => {
  expect(await place.finetune(train('never'))).toMatchObject({ code: 0 })
  never = outcome('never')
}, 60_000)
afterAll(() => place.remove())

/** What a run ends with, but for the clock's part of it. */
function outcome(run: string) {
  const files = ['config.json', 'model.safetensors', 'onnx/model.onnx', 'tokenizer.json', 'checkpoint-12/optimizer.safetensors']
  const state = JSON.parse(readFileSync(place.path(run, 'trainer_state.json'), 'utf8'), (key, value: unknown) => (clockFields as readonly string[]).includes(key) ? 0 : value) as object
  const entries = readdirSync(place.path(run)).sort()
  return { entries, state, ...Object.fromEntries(files.map((name) => [name, digest(place.path(run, name))])) }
}

test.concurrent.each<[string, Fault, number]>([
  ['before its first step is on record', { call: 'open', path: '\\.tmp-run\\.json$', then: 'SIGKILL' }, 0],
  ['after step 1, before any checkpoint', { call: 'mkdir', path: '\\.tmp-checkpoint-4$', then: 'SIGKILL' }, 0],
  ['while it writes the first checkpoint', { call: 'open', path: 'checkpoint-4/optimizer\\.safetensors$', then: 'SIGKILL' }, 0],
  ['in the middle of an epoch', { call: 'write', path: '"type":"progress","step":6,', then: 'SIGKILL' }, 4],
  ['before a checkpoint is recorded as complete', { call: 'rename', path: '\\.tmp-checkpoint-8/complete\\.json$', then: 'SIGKILL' }, 4],
  ['before a complete checkpoint has its name', { call: 'rename', path: '/checkpoint-8$', then: 'SIGKILL' }, 8],
  ['between the last checkpoint and publishing', { call: 'mkdir', path: '\\.tmp-model$', then: 'SIGKILL' }, 12],
  ['while it writes the ONNX model', { call: 'open', path: '/onnx/model\\.onnx$', then: 'SIGKILL' }, 12],
  ['while it publishes', { call: 'rename', path: '\\.tmp-model/model\\.safetensors$', then: 'SIGKILL' }, 12],
  ['after publishing', { call: 'open', path: '/after-publishing/\\.tmp-trainer_state\\.json$', then: 'SIGKILL' }, 12],
])('killed %s', async (moment, fault, step) => {
  const run = moment.replaceAll(' ', '-')
  expect(await place.finetune(train(run), { fault })).toMatchObject({ code: null, signal: 'SIGKILL' })
  const again = await place.finetune(train(run))
  expect(again).toMatchObject({ code: 0 })
  expect(eventsOf(again, 'progress')[0]?.step ?? 13).toBe(step + 1)
  expect(outcome(run)).toEqual(never)
})
