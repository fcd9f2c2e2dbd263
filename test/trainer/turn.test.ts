import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { placeInQueue } from '../../src/runs/deviceQueue.ts'
import { openRun, type Run } from '../../src/runs/runFolder.ts'
import { Turn } from '../../src/trainer/turn.ts'
import type { Untimed } from '../../src/trainer/training.ts'
import { Wishes } from '../../src/trainer/wishes.ts'
import { eventually } from '../eventually.ts'
import { details } from '../runs/sample.ts'
import { ownUserFolder } from '../runs/userFolder.ts'

const user = ownUserFolder()
let run: Run
let told: Untimed[]
let left: number
let stop: AbortController
let turn: Turn
let wishes: Wishes
beforeEach(async () => {
  run = await openRun(join(user.folder, 'run'))
  await run.begin(details)
  await run.update({ state: 'running' })
  told = []
  left = 0
  stop = new AbortController()
  wishes = new Wishes()
  turn = await turnWithPatience(60_000)
  await turn.come(4, wishes)
})
afterEach(async () => {
  await turn.end()
  await run.close()
})

async function turnWithPatience(milliseconds: number): Promise<Turn> {
  return new Turn(await placeInQueue('cpu', run.folder), { run, signal: stop.signal, tell: (event) => told.push(event), leaveDevice: () => void left++ }, milliseconds)
}

test('a short pause keeps the device', async () => {
  wishes.pause()
  expect(wishes.take()).toBe('pause')
  const pause = turn.pause(4, wishes)
  await eventually(() => expect(told).toEqual([{ type: 'paused', step: 4 }]))
  expect(run.record?.state).toBe('paused')
  const other = await placeInQueue('cpu', '/runs/other')
  const wait = other.turn(stop.signal, async () => wishes.resume())
  await pause
  expect(told).toEqual([{ type: 'paused', step: 4 }, { type: 'resume', step: 4 }])
  expect(run.record?.state).toBe('running')
  expect(wishes.take()).toBeUndefined()
  expect(left).toBe(0)
  await turn.end()
  await wait
  await other.leave()
})

test('a long pause lets the queue go on, and its end waits for the device again', async () => {
  await turn.end()
  turn = await turnWithPatience(1)
  await turn.come(4, wishes)
  wishes.pause()
  const pause = turn.pause(4, wishes)
  const other = await placeInQueue('cpu', '/runs/other')
  await other.turn(stop.signal, async () => {})
  expect(left).toBe(1)
  wishes.resume()
  await eventually(() => expect(told.at(-1)).toEqual({ type: 'queued', ahead: 1, behind: '/runs/other' }))
  expect(run.record?.state).toBe('paused')
  await other.leave()
  await pause
  expect(told).toEqual([{ type: 'paused', step: 4 }, { type: 'queued', ahead: 1, behind: '/runs/other' }, { type: 'queued', ahead: 0, behind: null }, { type: 'resume', step: 4 }])
  expect(run.record?.state).toBe('running')
})

test('stopping ends a pause, and nothing goes on', async () => {
  wishes.pause()
  const pause = turn.pause(4, wishes)
  await eventually(() => expect(told).toHaveLength(1))
  stop.abort()
  await pause
  expect(told).toEqual([{ type: 'paused', step: 4 }])
  expect(run.record?.state).toBe('paused')
})

test('a pause that is taken back before it begins is none; a checkpoint is made once for each wish', () => {
  wishes.pause()
  wishes.save()
  wishes.resume()
  expect([wishes.take(), wishes.take()]).toEqual(['save', undefined])
  wishes.pause()
  expect([wishes.take(), wishes.take()]).toEqual(['pause', 'pause'])
})

test('a pause in the queue begins at once: others go first, and nothing is trained when the device comes free', async () => {
  await turn.end()
  const other = await placeInQueue('cpu', '/runs/other')
  await other.turn(stop.signal, async () => {})
  turn = await turnWithPatience(60_000)
  const come = turn.come(0, wishes)
  await eventually(() => expect(told.at(-1)).toEqual({ type: 'queued', ahead: 1, behind: '/runs/other' }))
  wishes.pause()
  await eventually(() => expect(told.at(-1)).toEqual({ type: 'paused', step: 0 }))
  expect(run.record?.state).toBe('paused')
  await other.leave()
  const later = await placeInQueue('cpu', '/runs/later')
  expect(await later.turn(stop.signal, async () => { throw new Error('nobody is ahead') })).toBe(true)
  wishes.resume()
  await eventually(() => expect(told.at(-1)).toEqual({ type: 'queued', ahead: 1, behind: '/runs/later' }))
  wishes.pause()
  await eventually(() => expect(told.at(-1)).toEqual({ type: 'paused', step: 0 }))
  await later.leave()
  wishes.resume()
  await come
  expect(told.at(-1)).toEqual({ type: 'resume', step: 0 })
  expect(run.record?.state).toBe('running')
})

test('stopping a run that is paused in the queue lets it end', async () => {
  await turn.end()
  const other = await placeInQueue('cpu', '/runs/other')
  await other.turn(stop.signal, async () => {})
  turn = await turnWithPatience(60_000)
  wishes.pause()
  const come = turn.come(0, wishes)
  await eventually(() => expect(told).toEqual([{ type: 'paused', step: 0 }]))
  stop.abort()
  await come
  expect(run.record?.state).toBe('paused')
  await other.leave()
})
