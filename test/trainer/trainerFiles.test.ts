/** A trainer whose program is replaced or moved while it trains. */
import { cpSync, readFileSync, symlinkSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect } from 'vitest'
import { readRunRecord } from '../../src/runs/runRecord.ts'
import { startTrainer } from '../../src/runs/startTrainer.ts'
import { untilEnded } from '../runs/untilEnded.ts'
import { connected, Followed, onPosix, path, program, settings, started } from './trainers.ts'

onPosix('before step 1 it has loaded every file of ours: the program may be replaced under it', async () => {
  for (const file of ['dist', 'package.json']) cpSync(resolve(file), path('program', file), { recursive: true })
  symlinkSync(resolve('node_modules'), path('program/node_modules'))
  const whole = { max_steps: 400, eval_strategy: 'steps', eval_steps: 200, save_strategy: 'steps', save_steps: 200, load_best_model_at_end: true } as const
  const trainer = await startTrainer(settings('run', whole), { program: path('program/dist/trainer.js'), leaveOneCoreFree: true })
  started.push(trainer)
  const run = new Followed(trainer.folder)
  await run.pastStep(0)
  process.kill(trainer.pid, 'SIGSTOP') // removing takes as long as many of its steps
  expect(run.view.progress!.step).toBeLessThan(200)
  await rm(path('program'), { recursive: true })
  process.kill(trainer.pid, 'SIGCONT')
  await run.until(({ state }) => state === 'finished' || state === 'failed')
  expect(run.view).toMatchObject({ state: 'finished', checkpoints: expect.arrayContaining([200, 400]) })
})

onPosix('a run on what travels with the program goes on with the next version of it', async () => {
  for (const file of ['dist', 'package.json', 'embedded']) cpSync(resolve(file), path('old', file), { recursive: true })
  symlinkSync(resolve('node_modules'), path('old/node_modules'))
  const embedded = { model_name_or_path: path('old/embedded/news-mini'), dataset: [path('old/embedded/news-sample')], per_device_train_batch_size: 16, num_train_epochs: 3, max_steps: 20 }
  const trainer = await startTrainer(settings('run', embedded), { program: path('old/dist/trainer.js'), leaveOneCoreFree: true })
  started.push(trainer)
  const run = new Followed(trainer.folder)
  await run.pastStep(0)
  await (await connected(trainer.folder)).stop()
  await untilEnded(trainer)
  await rm(path('old'), { recursive: true })
  expect(readFileSync(join(trainer.folder, 'run.json'), 'utf8')).not.toContain(path('old'))

  const record = await readRunRecord(trainer.folder)
  expect(record!.settings).toMatchObject({ model_name_or_path: resolve('embedded/news-mini'), dataset: [resolve('embedded/news-sample')] })
  started.push(await startTrainer(record!.settings, { program, leaveOneCoreFree: true }))
  await run.until(({ state }) => state === 'finished' || state === 'failed')
  expect(run.view).toMatchObject({ state: 'finished', progress: { step: 20 } })
})
