/** The same command again, another one, and checkpoints by name. */
import { cpSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { digest, eventsOf, newsSample, Place } from './finetune.ts'

const place = new Place()
const model = place.tinyModel('model')
/** 3 epochs of 4 steps. */
const train = (output_dir: string) => [
  'train', '--model_name_or_path', model, '--dataset', newsSample, '--max_train_samples', '64', '--max_eval_samples', '32', '--learning_rate', '5e-3',
  '--output_dir', output_dir,
]

beforeAll(async () => { expect(await place.finetune(train('finished'))).toMatchObject({ code: 0 }) }, 60_000)
afterAll(() => place.remove())

/** A run as a kill after a step left it: checkpoints up to there, no end on record. */
function interrupted(name: string, step: number): string {
  cpSync(place.path('finished'), place.path(name), { recursive: true, filter: (path) => !/(model\.safetensors|onnx|\/trainer_state\.json)$/.test(path) || path.includes('checkpoint-') })
  const record = JSON.parse(readFileSync(place.path(name, 'run.json'), 'utf8')) as Record<string, unknown>
  place.write(`${name}/run.json`, JSON.stringify({ ...record, state: 'running' }))
  for (const later of [4, 8, 12].filter((each) => each > step)) truncateSync(place.path(name, `checkpoint-${later}/model.safetensors`), 1000)
  return name
}

const bytes = (name: string) => digest(place.path(name, 'model.safetensors'))

test.concurrent('an unfinished run goes on, and says so', async () => {
  const run = interrupted('unfinished', 8)
  expect((await place.finetune(['runs', run])).stdout).toMatch(/^unfinished +interrupted/m)
  const { code, stdout } = await place.finetune(train(run))
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('\nGoing on after step 8.\n') })
  expect(stdout).not.toContain('not bit for bit')
  expect(bytes(run)).toBe(bytes('finished'))
})

test.concurrent('a checkpoint that was cut short is passed over for the one before it', async () => {
  const run = interrupted('cut', 12)
  truncateSync(place.path(run, 'checkpoint-12/optimizer.safetensors'), 1000)
  truncateSync(place.path(run, 'checkpoint-8/model.safetensors'), 1000)
  const { stdout } = await place.finetune(train(run))
  expect(stdout).toContain('Going on after step 4.')
  expect(bytes(run)).toBe(bytes('finished'))
})

test.concurrent('other settings are refused with the difference, and nothing is touched', async () => {
  const before = digest(place.path('finished/run.json'))
  expect(await place.finetune([...train('finished'), '--learning_rate', '1e-5', '--seed', '7'])).toMatchObject({
    code: 1,
    stderr: `error: ${place.path('finished')} holds a run with other settings (seed: 42 → 7, learning_rate: 0.005 → 1e-5): train with those, or choose another --output_dir\n`,
  })
  expect(digest(place.path('finished/run.json'))).toBe(before)
})

test.concurrent('data that has changed since is refused', async () => {
  const rows = (word: string) => `text,label\n${Array.from({ length: 20 }, (_, i) => `${word} ${i},${i % 2 ? 'a' : 'b'}`).join('\n')}\n`
  const words = ['train', '--model_name_or_path', model, '--dataset', place.write('rows.csv', rows('before')), '--output_dir', 'changed', '--max_steps', '400']
  const running = place.start(words)
  await running.until(/^step/m)
  running.kill('SIGINT')
  expect(await running.ended).toMatchObject({ code: 130 })
  place.write('rows.csv', rows('after'))
  expect(await place.finetune(words)).toMatchObject({
    code: 1, stderr: `error: the data of the run in ${place.path('changed')} has changed since it began: put it back, or choose another --output_dir\n`,
  })
})

test.concurrent('--resume_from_checkpoint without a value is the last complete one', async () => {
  const run = interrupted('last', 8)
  expect((await place.finetune([...train(run), '--resume_from_checkpoint'])).stdout).toContain('Going on after step 8.')
  expect(bytes(run)).toBe(bytes('finished'))
})

test.concurrent('--resume_from_checkpoint where there is none starts at step 0', async () => {
  const started = await place.finetune([...train('none yet'), '--resume_from_checkpoint', '--json'])
  expect(started).toMatchObject({ code: 0 })
  expect(eventsOf(started, 'progress')[0].step).toBe(1)
  expect(bytes('none yet')).toBe(bytes('finished'))
})

test.concurrent.each(['checkpoint-4', 'by-name-2/checkpoint-4'])('--resume_from_checkpoint %s goes on from there, even where the run is finished', async (checkpoint) => {
  const run = checkpoint.includes('/') ? 'by-name-2' : 'by-name-1'
  cpSync(place.path('finished'), place.path(run), { recursive: true })
  const resumed = await place.finetune([...train(run), '--resume_from_checkpoint', checkpoint, '--json'])
  expect(resumed).toMatchObject({ code: 0 })
  expect(eventsOf(resumed, 'progress').map(({ step }) => step)).toEqual([5, 6, 7, 8, 9, 10, 11, 12])
  expect(bytes(run)).toBe(bytes('finished'))
})

test.concurrent('a checkpoint that the run does not have is refused with those that it has', async () => {
  expect(await place.finetune([...train('finished'), '--resume_from_checkpoint', 'checkpoint-5'])).toMatchObject({
    code: 1, stderr: `error: checkpoint-5 is not a complete checkpoint of the run in ${place.path('finished')}: it has checkpoint-4, checkpoint-8, checkpoint-12\n`,
  })
  expect(await place.finetune([...train('absent'), '--resume_from_checkpoint', 'checkpoint-5'])).toMatchObject({
    code: 1, stderr: `error: checkpoint-5 is not a complete checkpoint of the run in ${place.path('absent')}: it has none\n`,
  })
  expect(existsSync(place.path('absent'))).toBe(false)
})

test.concurrent('the folder of a live run is refused, with who writes it', async () => {
  const live = place.start([...train('live'), '--num_train_epochs', '1000'])
  await live.until(/^step/m)
  expect((await place.finetune(['runs', 'live'])).stdout).toMatch(/^live +running/m)
  expect(await place.finetune([...train('live'), '--num_train_epochs', '1000'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: a run is live in \S+live \(process \d+ since \S+\): wait for it, stop it in its terminal or window, or choose another --output_dir\n$/),
  })
  live.kill('SIGINT')
  expect(await live.ended).toMatchObject({ code: 130, stderr: '' })
})

test.skipIf(process.platform !== 'linux' || availableParallelism() < 2)('another number of threads is said: the bits may differ', async () => {
  const words = [...train('threads'), '--num_train_epochs', '1000']
  const running = place.start(words, { cpus: '0' })
  await running.until(/^step/m)
  running.kill('SIGINT')
  await running.ended
  const more = place.start(words, { cpus: '0,1' })
  await more.until(/^Going on after step \d+\.\nnot bit for bit the run that was never stopped: threads: 1 → 2\n/m)
  more.kill('SIGKILL')
  await more.ended
})
