/** What goes wrong on the way: a full disk, a loss that is no number. What was done is kept, and the same command goes on. */
import { existsSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { eventsOf, Place } from './finetune.ts'

const place = new Place()
afterAll(() => place.remove())

const rows = place.write('rows.csv', 'text,label\nRain again,weather\nA late goal,sport\nStorm warning,weather\nCup final,sport\n')
/** 20 epochs of one step, on two rows. */
const small = ['train', '--model_name_or_path', place.tinyModel('model'), '--dataset', rows, '--test_size', '0.5', '--num_train_epochs', '20', '--output_dir']

test.concurrent('no disk space: said before anything is made', async () => {
  const full = { blocks: 1000, bavail: 100, bsize: 4096 }
  expect(await place.finetune([...small, 'full'], { fault: { call: 'statfsSync', path: '', then: full } })).toMatchObject({
    code: 1, stdout: '', stderr: expect.stringMatching(/^error: no space for this run: [\d.]+ MB are needed in \S+full and 0\.5 MB are free; make room and train again, or set --save_total_limit\n$/),
  })
  expect(existsSync(place.path('full'))).toBe(false)
})

test.concurrent.each([
  ['for a checkpoint', { call: 'open', path: 'checkpoint-2/optimizer\\.safetensors$', then: 'ENOSPC' }, 'checkpoint-2', 1],
  ['for the finished model', { call: 'copyFile', path: '\\.tmp-model/model\\.safetensors$', then: 'ENOSPC' }, 'the finished model', 20],
])('no disk space %s: the run fails, and goes on once there is room', async (_, fault, what, step) => {
  const run = what.replaceAll(' ', '-')
  const failed = await place.finetune([...small, run, '--json'], { fault })
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(new RegExp(`\nerror: no space for ${what}: .+; make room and train again, or set --save_total_limit\n$`)) })
  expect(eventsOf(failed, 'end')).toMatchObject([{ outcome: 'failed', resume_command: expect.any(String) }])
  expect((await place.finetune(['runs', run])).stdout).toContain(' failed ')
  const again = await place.finetune([...small, run])
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining(`Going on after step ${step}.`) })
})

test.concurrent('a loss that is no longer a number: names step and rows, keeps the last checkpoint, can be resumed', async () => {
  const words = [...small, 'diverged', '--learning_rate', '1e6']
  const failed = await place.finetune([...words, '--json'])
  expect(failed.code).toBe(1)
  const [end] = eventsOf(failed, 'end')
  const kept = eventsOf(failed, 'checkpoint').at(-1)!
  expect(kept.step).toBe(end.step)
  expect(failed.stderr).toMatch(new RegExp(
    `\nerror: the (loss|gradient) of step ${end.step + 1} is NaN or infinite \\(rows\\.csv, rows \\d, \\d\\): try a smaller --learning_rate with another --output_dir; ${kept.path} is kept\n$`))
  expect((await place.finetune(['runs', 'diverged'])).stdout).toMatch(/^diverged +failed/m)
  expect((await place.finetune(['predict', '--model', 'diverged', 'Rain'])).stderr).toBe(
    'error: diverged holds a run without a finished model: finish it with finetune train, or give one of its checkpoint folders\n')
  const again = await place.finetune(words)
  expect(again).toMatchObject({ code: 1, stdout: expect.stringContaining(`Going on after step ${end.step}.`) })
})
