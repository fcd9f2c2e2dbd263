import fs from 'node:fs'
import { appendFile, readFile, stat } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { RunEvent } from '../../src/protocol/events.ts'
import { EventLog, readEvents } from '../../src/runs/eventLog.ts'
import { bundleChild, startChild } from './child.ts'
import { temporaryFolder } from './sample.ts'

let path: string
beforeEach(async () => {
  const { folder, remove } = await temporaryFolder()
  path = join(folder, 'events.jsonl')
  return remove
})

function resume(step: number): RunEvent {
  return { type: 'resume', time: '2026-01-01T00:00:00.000Z', step }
}

function append(...events: RunEvent[]): void {
  const log = new EventLog(path)
  events.forEach((event) => log.append(event))
  log.close()
}

test('events come back in order, also across writers', async () => {
  append(resume(1), resume(2))
  append(resume(3))
  expect((await readEvents(path)).events).toEqual([resume(1), resume(2), resume(3)])
})

test('a torn last line is left by readers until it is whole', async () => {
  append(resume(1))
  const line = JSON.stringify(resume(2))
  await appendFile(path, line.slice(0, 20))
  const first = await readEvents(path)
  expect(first.events).toEqual([resume(1)])
  await appendFile(path, line.slice(20) + '\n')
  const second = await readEvents(path, first.next)
  expect(second.events).toEqual([resume(2)])
  expect(second.next).toBe((await stat(path)).size)
  expect(await readEvents(path, second.next)).toEqual({ events: [], next: second.next })
})

test('the next writer cuts a torn line off', async () => {
  append(resume(1))
  await appendFile(path, '{"type":"resu')
  append(resume(2))
  expect(await readFile(path, 'utf8')).toBe([resume(1), resume(2)].map((event) => JSON.stringify(event) + '\n').join(''))
})

test('a file that is one torn line is begun anew', async () => {
  await appendFile(path, '{"type":"resu')
  append(resume(1))
  expect((await readEvents(path)).events).toEqual([resume(1)])
})

test('lines that are no event are left out', async () => {
  append(resume(1))
  await appendFile(path, '\0\0\0\n[]\nnull\n{"type":"of a later version"}\n{"type":"resume","time":"yesterday","step":1}\n')
  append(resume(2))
  expect((await readEvents(path)).events).toEqual([resume(1), resume(2)])
})

test('text with line ends and of several bytes a character stays one event', async () => {
  const event: RunEvent = { type: 'notice', time: '2026-01-01T00:00:00.000Z', code: 'a', args: {}, text: 'eins\nzwei\u2028drei\r\nvier 🙂 ß' }
  append(event, resume(1))
  const { events, next } = await readEvents(path)
  expect(events).toEqual([event, resume(1)])
  expect(next).toBe((await stat(path)).size)
})

test('kill -9 of the writer loses no whole line, and the log goes on', async () => {
  const child = startChild(await bundleChild('appendEvents'), path)
  expect(await child.line()).toBe('writing')
  child.process.kill('SIGKILL')
  await child.ended
  const { events } = await readEvents(path)
  expect(events.length).toBeGreaterThan(100)
  expect(events.map((event) => event.type === 'checkpoint' && event.step)).toEqual(events.map((_, index) => index))
  append(resume(7))
  expect((await readEvents(path)).events).toEqual([...events, resume(7)])
})

test('a disk that fills up within a line is a person\'s matter, and leaves the log as it was', async () => {
  append(resume(1))
  const log = new EventLog(path)
  const { appendFileSync } = fs
  fs.appendFileSync = (file, line) => {
    appendFileSync(file, (line as Buffer).subarray(0, 5))
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  }
  syncBuiltinESMExports()
  try {
    expect(() => log.append(resume(2))).toThrow(/^no space for the event log/)
  } finally {
    fs.appendFileSync = appendFileSync
    syncBuiltinESMExports()
  }
  log.append(resume(3))
  log.close()
  expect((await readFile(path, 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line))).toEqual([resume(1), resume(3)])
})
