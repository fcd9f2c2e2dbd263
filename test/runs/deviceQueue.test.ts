import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { placeInQueue, type Waiting } from '../../src/runs/deviceQueue.ts'
import { takeLock } from '../../src/runs/lock.ts'
import { privateFolder } from '../../src/runs/privateFolder.ts'
import { bundleChild, startChild, type Child } from './child.ts'
import { ownUserFolder } from './userFolder.ts'

ownUserFolder()
const never = new AbortController().signal
let queueForDevice: string
beforeAll(async () => { queueForDevice = await bundleChild('queueForDevice') })

const children: Child[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.process.kill('SIGKILL')
})

function start(run: string): Child {
  const child = startChild(queueForDevice, run)
  children.push(child)
  return child
}

async function untilItTrains({ line }: Child): Promise<string[]> {
  const said: string[] = []
  for (let next = await line(); next !== 'trains'; next = await line()) {
    if (next === undefined) throw new Error(`ended after ${said}`)
    said.push(next)
  }
  return said
}

test('processes train one after the other in the order of their starts, also when one is killed', async () => {
  const first = start('/runs/first')
  expect(await first.line()).toBe('trains')
  const second = start('/runs/second')
  expect(await second.line()).toBe('1 ahead, behind /runs/first')
  const third = start('/runs/third')
  expect(await third.line()).toBe('2 ahead, behind /runs/first')

  first.process.kill('SIGKILL')
  expect(await untilItTrains(second)).toEqual(['0 ahead, behind null'])
  expect(await third.line()).toBe('1 ahead, behind /runs/second')
  second.process.stdin.end()
  expect(await untilItTrains(third)).toEqual(['0 ahead, behind null'])
  third.process.stdin.end()
  await third.ended
  expect(await readdir(await privateFolder('queue-cpu'))).toEqual(['device.lock'])
})

test('one that waits and is killed is nobody\'s hindrance', async () => {
  const holder = await placeInQueue('cpu', '/runs/holder')
  await holder.turn(never, async () => { throw new Error('nothing to wait for') })
  const killed = start('/runs/killed')
  await killed.line()
  const waiting = start('/runs/waiting')
  expect(await waiting.line()).toBe('2 ahead, behind /runs/holder')
  killed.process.kill('SIGKILL')
  await killed.ended
  expect(await waiting.line()).toBe('1 ahead, behind /runs/holder')
  await holder.leave()
  expect(await untilItTrains(waiting)).toEqual(['0 ahead, behind null'])
})

test.skipIf(process.platform === 'win32')('nobody goes before one that began earlier, however slow that is', async () => {
  const holder = await placeInQueue('cpu', '/runs/holder')
  await holder.turn(never, async () => {})
  const slow = start('/runs/slow')
  await slow.line()
  slow.process.kill('SIGSTOP')
  const later = start('/runs/later')
  expect(await later.line()).toBe('2 ahead, behind /runs/holder')
  await holder.leave()
  expect(await later.line()).toBe('1 ahead, behind /runs/slow')
  slow.process.kill('SIGCONT')
  expect(await untilItTrains(slow)).toEqual(['0 ahead, behind null'])
})

test('no two train at once, whatever their places say', async () => {
  const device = await takeLock(join(await privateFolder('queue-cpu'), 'device.lock'))
  const place = await placeInQueue('cpu', '/runs/place')
  const told: Waiting[] = []
  const turn = place.turn(never, async (waiting) => {
    told.push(waiting)
    if (waiting.ahead > 0) await device!.release()
  })
  await turn
  expect(told).toEqual([{ ahead: 1, behind: null }, { ahead: 0, behind: null }])
  await place.leave()
})

test('another device has its own queue', async () => {
  const cpu = await placeInQueue('cpu', '/runs/cpu')
  const gpu = await placeInQueue('cuda:0', '/runs/gpu')
  for (const place of [cpu, gpu]) await place.turn(never, async () => { throw new Error('nothing to wait for') })
  for (const place of [cpu, gpu]) await place.leave()
})

test('one that gives up waiting leaves no trace, and one that let go comes before those who began later', async () => {
  const early = await placeInQueue('cpu', '/runs/early')
  await early.turn(never, async () => {})
  await early.leave()
  const later = start('/runs/later')
  expect(await later.line()).toBe('trains')
  const latest = start('/runs/latest')
  expect(await latest.line()).toBe('1 ahead, behind /runs/later')

  const told: Waiting[] = []
  const turn = early.turn(never, async (waiting) => void told.push(waiting))
  expect(await latest.line()).toBe('2 ahead, behind /runs/later')
  later.process.stdin.end()
  await turn
  expect(told).toEqual([{ ahead: 1, behind: '/runs/later' }, { ahead: 0, behind: null }])

  const stop = new AbortController()
  const impatient = await placeInQueue('cpu', '/runs/impatient')
  await impatient.turn(stop.signal, async () => stop.abort())
  await impatient.leave()
  await early.leave()
  expect(await untilItTrains(latest)).toContain('0 ahead, behind null')
})
