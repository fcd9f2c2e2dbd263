import { expect, test } from 'vitest'
import { runEventSchema } from '../../src/protocol/events.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { emptyRun, reduceEvent, reduceRun } from '../../src/protocol/runView.ts'
import { evaluation, preflight, progress } from '../cli/events.ts'

const time = '2026-01-02T03:04:05.000Z'
const checkpoint = (step: number): RunEvent => ({ type: 'checkpoint', time, step, path: `checkpoint-${step}` })
const resume = (step: number): RunEvent => ({ type: 'resume', time, step })
const epochOne = [preflight, progress(10), evaluation(10, 0.8, true), checkpoint(10)]

test('a run from beginning to end', () => {
  const end: RunEvent = { type: 'end', time, outcome: 'finished', step: 20, best_step: 10 }
  const view = reduceRun([...epochOne, progress(20), evaluation(20, 0.7, false), checkpoint(20), end])
  expect(view).toEqual({
    state: 'finished', preflight, notices: [], progress: progress(20), evaluations: [evaluation(10, 0.8, true), evaluation(20, 0.7, false)],
    best: evaluation(10, 0.8, true), checkpoints: [10, 20], end,
  })
})

test('a run without an end is unfinished, and so is one that goes on after it', () => {
  expect(reduceRun(epochOne).state).toBe('unfinished')
  const stopped: RunEvent = { type: 'end', time, outcome: 'stopped', step: 10, best_step: 10 }
  expect(reduceRun([...epochOne, stopped]).state).toBe('stopped')
  expect(reduceRun([...epochOne, stopped, preflight, resume(10)])).toMatchObject({ state: 'unfinished', end: undefined, checkpoints: [10] })
})

test('what a process did after its last checkpoint is forgotten when the run is resumed', () => {
  const killed = [...epochOne, progress(20), evaluation(20, 0.9, true)]
  expect(reduceRun(killed).best?.step).toBe(20)
  const view = reduceRun([...killed, preflight, resume(10)])
  expect(view).toMatchObject({ evaluations: [evaluation(10, 0.8, true)], best: { step: 10 }, checkpoints: [10], progress: undefined })
})

test('a run that begins anew at step 1 forgets everything', () => {
  const view = reduceRun([preflight, progress(10), evaluation(10, 0.8, true), preflight, progress(1)])
  expect(view).toMatchObject({ evaluations: [], best: undefined, progress: progress(1) })
})

test('a queued run waits until its turn has come, or it is stopped', () => {
  const queued = (ahead: number): RunEvent => ({ type: 'queued', time, ahead, behind: ahead > 0 ? '/runs/other' : null })
  expect(reduceRun([preflight, queued(2), queued(1)]).waiting).toEqual(queued(1))
  expect(reduceRun([preflight, queued(1), queued(0)]).waiting).toBeUndefined()
  expect(reduceRun([preflight, queued(1), { type: 'end', time, outcome: 'stopped', step: 0, best_step: null }])).toMatchObject({ state: 'stopped', waiting: undefined })
  expect(reduceRun([preflight, queued(1), preflight]).waiting).toBeUndefined()
})

test('a pause ends when training goes on, and nothing is forgotten by it', () => {
  const paused: RunEvent = { type: 'paused', time, step: 12 }
  const before = reduceRun([...epochOne, progress(12), checkpoint(12), paused])
  expect(before.waiting).toEqual(paused)
  expect(reduceEvent(before, progress(13)).waiting).toBeUndefined()
  expect(reduceEvent(before, resume(12))).toEqual({ ...before, waiting: undefined })
})

test('reducing changes no earlier view', () => {
  const before = reduceRun(epochOne)
  const copy = structuredClone(before)
  reduceEvent(before, progress(3))
  reduceEvent(before, resume(0))
  expect(before).toEqual(copy)
  expect(emptyRun).toEqual({ state: 'unfinished', notices: [], evaluations: [], checkpoints: [] })
})

test('events are checked when they are read; NaN comes through JSON as null', () => {
  const through = (event: unknown) => runEventSchema.safeParse(JSON.parse(JSON.stringify(event)))
  expect(through(evaluation(10, 0.8, true)).data).toEqual(evaluation(10, 0.8, true))
  expect(through(progress(1, { loss: NaN })).data).toMatchObject({ loss: null })
  expect(through({ ...progress(1), step: '1' }).success).toBe(false)
  expect(through({ ...progress(1), time: 'yesterday' }).success).toBe(false)
  expect(through({ type: 'explode', time }).success).toBe(false)
})
