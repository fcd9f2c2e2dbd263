/** Ctrl-C, and the command that it prints. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TrainerState } from '../../src/runs/trainerState.ts'
import { digest, eventsOf, newsSample, Place } from './finetune.ts'

const place = new Place()
const model = place.tinyModel('model')
const train = (output_dir: string) => [
  'train', '--model_name_or_path', model, '--dataset', newsSample, '--num_train_epochs', '4', '--learning_rate', '5e-3', '--output_dir', output_dir,
]

beforeAll(async () => { expect(await place.finetune(train('never stopped'))).toMatchObject({ code: 0 }) }, 60_000)
afterAll(() => place.remove())

/** Step and loss of each evaluation in a run's trainer_state.json. */
function evaluations(run: string): unknown[] {
  const { log_history } = JSON.parse(readFileSync(place.path(run, 'trainer_state.json'), 'utf8')) as TrainerState
  return log_history.filter((row) => row.eval_loss !== undefined).map(({ step, eval_loss }) => [step, eval_loss])
}

test.concurrent('Ctrl-C in an epoch finishes the step, writes a checkpoint and says how to go on, which ends as if nothing had been', async () => {
  const running = place.start(train('stopped at once'))
  await running.until(/^step {3}1\/100/m)
  running.kill('SIGINT')
  const stopped = await running.ended
  expect(stopped).toMatchObject({ code: 130, signal: null, stderr: '' })
  expect(stopped.stdout).toContain('Stopping after this step, with a checkpoint (Ctrl-C again: at once).')
  const [, step, command] = /^Stopped after step (\d+)\. To go on:\n {2}(.+)\n$/m.exec(stopped.stdout)!
  expect(readdirSync(place.path('stopped at once'))).toContain(`checkpoint-${step}`)
  expect((await place.finetune(['runs', 'stopped at once'])).stdout).toMatch(/^stopped at once +stopped/m)

  const resumed = await place.shell(command)
  expect(resumed).toMatchObject({ code: 0, stderr: '' })
  expect(resumed.stdout).toContain(`Going on after step ${step}.`)
  expect(resumed.stdout.match(/^ +[1-4] .+±/gm)).toHaveLength(4)
  for (const file of ['model.safetensors', 'onnx/model.onnx', 'predictions.jsonl']) {
    expect(digest(place.path('stopped at once', file))).toBe(digest(place.path('never stopped', file)))
  }
})

test.concurrent.each([25, 100])('Ctrl-C in the evaluation after step %i does not wait for its end: it is done when the run goes on', async (step) => {
  const run = `stopped in evaluation ${step}`
  const stopped = await place.finetune([...train(run), '--json'], { fault: { call: 'write', path: `"type":"log","step":${step},`, then: 'SIGINT' } })
  expect(stopped).toMatchObject({ code: 130, signal: null })
  expect(eventsOf(stopped, 'evaluate').map((event) => event.step)).not.toContain(step)
  expect(eventsOf(stopped, 'checkpoint').at(-1)).toMatchObject({ step })

  const resumed = await place.finetune([...train(run), '--json'])
  expect(resumed).toMatchObject({ code: 0 })
  expect(eventsOf(resumed, 'evaluate')[0]).toMatchObject({ step })
  expect(digest(place.path(run, 'model.safetensors'))).toBe(digest(place.path('never stopped', 'model.safetensors')))
  expect(evaluations(run)).toEqual(evaluations('never stopped'))
})

test.concurrent('SIGTERM does the same', async () => {
  const running = place.start([...train('terminated'), '--json'])
  await running.until(/"type":"progress"/)
  running.kill('SIGTERM')
  const stopped = await running.ended
  expect(stopped).toMatchObject({ code: 143, signal: null })
  const [end] = eventsOf(stopped, 'end')
  expect(end).toMatchObject({ outcome: 'stopped', resume_command: expect.stringMatching(/^finetune train .*--output_dir terminated$/) })
  expect(eventsOf(stopped, 'checkpoint').at(-1)).toMatchObject({ step: end.step, path: `checkpoint-${end.step}` })
})

test.concurrent('a second Ctrl-C ends it at once, without a checkpoint of that step', async () => {
  const running = place.start([...train('twice'), '--per_device_train_batch_size', '400', '--gradient_accumulation_steps', '1'])
  await running.until(/^step 1\/4/m)
  running.kill('SIGINT')
  await running.until(/^Stopping/m)
  running.kill('SIGINT')
  expect(await running.ended).toMatchObject({ code: null, signal: 'SIGINT' })
})

test.concurrent('Ctrl-C before the first step leaves nothing behind', async () => {
  const stopped = await place.finetune(train('early'), { fault: { call: 'open', path: 'model/model\\.safetensors$', then: 'SIGINT' } })
  expect(stopped).toMatchObject({ code: 130, stderr: '', stdout: expect.stringMatching(/^Stopped after step 0\. To go on:$/m) })
  expect(existsSync(place.path('early'))).toBe(false)
})
