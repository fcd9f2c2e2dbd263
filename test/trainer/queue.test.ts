/** Trainers that wait for one another. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { readRunRecord } from '../../src/runs/runRecord.ts'
import { killTrainer } from '../../src/runs/trainerClient.ts'
import { eventually } from '../eventually.ts'
import { connected, ends, Followed, onPosix, path, start, stateOf, user } from './trainers.ts'

test('a second training waits its turn, also without any window, and begins when the first is killed', async () => {
  const first = await start('first')
  const second = await start('second')
  const [one, two] = [new Followed(first.folder), new Followed(second.folder)]
  await two.until(({ waiting }) => waiting?.type === 'queued')
  expect(two.view.waiting).toMatchObject({ ahead: 1, behind: first.folder })
  expect(await stateOf(second.folder)).toBe('queued')
  await one.goesOn()
  expect(two.view.progress).toBeUndefined()

  expect(await killTrainer(first.folder)).toBe(true)
  await two.goesOn()
  expect(two.view.waiting).toBeUndefined()
  expect(await stateOf(second.folder)).toBe('running')
})

test('a queued run that is stopped leaves nothing, and one that is killed can be begun again', async () => {
  await start('first')
  const leaving = await start('leaving')
  const killed = await start('killed')
  const run = new Followed(killed.folder)
  await run.until(({ waiting }) => waiting?.type === 'queued' && waiting.ahead === 2)
  const trainer = await connected(leaving.folder)
  await trainer.stop()
  await trainer.closed
  await eventually(() => expect(existsSync(leaving.folder)).toBe(false))
  await run.until(({ waiting }) => waiting?.type === 'queued' && waiting.ahead === 1)
  await killTrainer(killed.folder)
  await eventually(async () => expect(await stateOf(killed.folder)).toBe('interrupted'))

  await killTrainer(path('first'))
  const again = await start('killed', { seed: 7 })
  await new Followed(again.folder).pastStep(0)
  expect((await readRunRecord(again.folder))?.settings.seed).toBe(7)
})

test('a pause of a queued run begins at once, and lets those behind it go first', async () => {
  const first = await start('first')
  const paused = await start('paused')
  const behind = await start('behind')
  const run = new Followed(paused.folder)
  await run.until(({ waiting }) => waiting?.type === 'queued')
  const trainer = await connected(paused.folder)
  await trainer.pause()
  await run.until(({ waiting }) => waiting?.type === 'paused' && waiting.step === 0)
  expect(await stateOf(paused.folder)).toBe('paused')

  await killTrainer(first.folder)
  await new Followed(behind.folder).goesOn()
  expect(run.view.progress).toBeUndefined()
  await trainer.resume()
  await run.until(({ waiting }) => waiting?.type === 'queued' && waiting.behind === behind.folder)
  await killTrainer(behind.folder)
  await run.pastStep(0)
  expect(await stateOf(paused.folder)).toBe('running')
})

onPosix('the terminal joins the queue, says so, and takes commands', { timeout: 60_000 }, async () => {
  const first = await start('first')
  const words = ['train', '--model_name_or_path', resolve('test/golden/distilbert'), '--dataset', path('rows.csv'), '--output_dir', 'terminal', '--num_train_epochs', '1000000', '--eval_strategy', 'no', '--save_strategy', 'no', '--load_best_model_at_end', 'false']
  const terminal = spawn(process.execPath, [resolve('dist/finetune.js'), ...words], { cwd: user.folder, stdio: ['ignore', 'pipe', 'inherit'] })
  ends.push(() => terminal.kill('SIGKILL'))
  const lines: string[] = []
  createInterface({ input: terminal.stdout }).on('line', (line) => lines.push(line))
  const said = (text: string | RegExp) => eventually(() => expect(lines).toContainEqual(expect.stringMatching(text)))
  await said(/^Waiting for the run in first to end; Ctrl-C leaves the queue\.$/)
  await (await connected(first.folder)).stop()
  await said('Now it is this run\'s turn.')
  await said(/^step +1\//)
  await (await connected(path('terminal'))).stop()
  const [code] = await once(terminal, 'exit')
  expect(code).toBe(130)
  await said(/^Stopped after step \d+\. To go on:$/)
  expect(readdirSync(path('user/finetune/machines'), { recursive: true }).filter((name) => String(name).endsWith('trainer.json'))).toHaveLength(1)
})
