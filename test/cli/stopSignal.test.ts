import { expect, test } from 'vitest'
import { listenForStop } from '../../src/cli/stopSignal.ts'

test('the first signal asks to stop and tells the exit code; the second is the system\'s', () => {
  const before = process.listenerCount('SIGTERM')
  let told = 0
  const stop = listenForStop(() => { told += 1 })
  expect([stop.signal.aborted, process.listenerCount('SIGTERM')]).toEqual([false, before + 1])
  process.emit('SIGTERM', 'SIGTERM')
  expect([stop.signal.aborted, told, stop.exitCode(), process.listenerCount('SIGTERM')]).toEqual([true, 1, 143, before])
})

test('Ctrl-C is 130', () => {
  const before = process.listenerCount('SIGINT')
  const stop = listenForStop(() => {})
  process.listeners('SIGINT').at(-1)!('SIGINT')
  expect([stop.signal.aborted, stop.exitCode(), process.listenerCount('SIGINT')]).toEqual([true, 130, before])
})

test('nothing is left behind when no signal came', () => {
  const before = [process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')]
  const stop = listenForStop(() => {})
  stop.dispose()
  expect([process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')]).toEqual(before)
})
