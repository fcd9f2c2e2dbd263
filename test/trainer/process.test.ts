/** What a trainer does once it trains, whoever watches it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, expect, test } from 'vitest'
import type { RunEvent } from '../../src/protocol/events.ts'
import { crashOf } from '../../src/runs/endCause.ts'
import { startTrainer, type StartedTrainer } from '../../src/runs/startTrainer.ts'
import { connectTrainer, killTrainer, trainerLog } from '../../src/runs/trainerClient.ts'
import { eventually } from '../eventually.ts'
import { bundleChild } from '../runs/child.ts'
import { untilEnded } from '../runs/untilEnded.ts'
import { connected, Followed, program, settings, start, started, stateOf } from './trainers.ts'

let bundle: string
beforeAll(async () => { bundle = await bundleChild('startTrainer') })

test('a trainer goes on when who started it is killed, and stops with a checkpoint when a second window says so', async () => {
  const client = spawn(process.execPath, [bundle, program, JSON.stringify(settings('run'))], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface({ input: client.stdout }), 'line') as [string]
  const trainer = JSON.parse(line) as StartedTrainer
  started.push(trainer)
  process.kill(process.platform === 'win32' ? client.pid! : -client.pid!, 'SIGKILL') // the client and what is of its group
  await once(client, 'close')
  const run = new Followed(trainer.folder)
  await run.goesOn()
  expect(await stateOf(trainer.folder)).toBe('running')

  const [one, two] = [await connected(trainer.folder), await connected(trainer.folder)]
  expect(one.pid).toBe(trainer.pid)
  await Promise.all([one.stop(), two.stop()])
  await Promise.all([one.closed, two.closed])
  await run.until(({ state }) => state === 'stopped')
  expect(run.view.checkpoints).toEqual([run.view.end!.step])
  expect(existsSync(join(trainer.folder, `checkpoint-${run.view.end!.step}`, 'complete.json'))).toBe(true)
  await untilEnded(trainer)
  expect(await stateOf(trainer.folder)).toBe('stopped')
  expect(await connectTrainer(trainer.folder)).toBeUndefined()
  expect(readFileSync((await trainerLog(trainer.folder))!, 'utf8')).toMatch(/ process \d+ trains in .*\n[^]* checkpoint-\d+\n.* stopped\n$/)
})

test('killed, a run is interrupted and can be resumed from its last checkpoint', async () => {
  const more = { max_steps: 400 }
  const { folder } = await start('run', more)
  const run = new Followed(folder)
  const trainer = await connected(folder)
  await run.pastStep(0)
  await trainer.save()
  await run.until(({ checkpoints }) => checkpoints.length > 0)
  const [saved] = run.view.checkpoints
  await run.pastStep(saved)
  expect(await killTrainer(folder)).toBe(true)
  await trainer.closed
  expect(run.view.state).toBe('unfinished')
  await eventually(async () => expect(await stateOf(folder)).toBe('interrupted'))
  await eventually(async () => expect(await crashOf(folder)).toEqual({ signal: 'SIGKILL' }))

  const again = await start('run', more)
  expect(again).toMatchObject({ folder, outcome: 'begun' })
  await run.until(({ state }) => state === 'finished')
  expect(run.events.filter(({ type }) => type === 'resume')).toMatchObject([{ step: saved }])
  expect(run.view).toMatchObject({ progress: { step: 400 }, checkpoints: [saved, 400] })
  await untilEnded(again)
  expect(await startTrainer(settings('run', more), { program, leaveOneCoreFree: true })).toMatchObject({ folder, outcome: 'already finished' })
})

test('a pause writes a checkpoint and keeps the process; resuming goes on where it was', async () => {
  const { folder, pid } = await start('run')
  const run = new Followed(folder)
  const trainer = await connected(folder)
  await run.pastStep(0)
  await trainer.pause()
  await run.until(({ waiting }) => waiting?.type === 'paused')
  const { step } = run.view.waiting as Extract<RunEvent, { type: 'paused' }>
  expect(run.view).toMatchObject({ progress: { step }, checkpoints: [step] })
  expect(await stateOf(folder)).toBe('paused')
  await trainer.save()
  await trainer.pause()

  await trainer.resume()
  await run.pastStep(step)
  expect(run.events.find((event) => event.type === 'progress' && event.step > step)).toMatchObject({ step: step + 1 })
  expect(run.events.filter(({ type }) => type === 'paused' || type === 'resume')).toMatchObject([{ type: 'paused', step }, { type: 'resume', step }])
  expect(run.view.waiting).toBeUndefined()
  expect(await stateOf(folder)).toBe('running')

  await trainer.pause()
  await run.until(({ waiting }) => waiting?.type === 'paused')
  expect(process.kill(pid, 0)).toBe(true)
  await trainer.stop()
  await trainer.closed
  await run.until(({ state }) => state === 'stopped')
  expect(run.view.checkpoints.at(-1)).toBe(run.view.end!.step)
})
