import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import type { RunEvent } from '../../src/protocol/events.ts'
import { tailEvents } from '../../src/runs/tailEvents.ts'
import { preflight, progress } from '../cli/events.ts'
import { temporaryFolder } from './sample.ts'

let folder: string
let log: string
beforeEach(async () => {
  const temporary = await temporaryFolder()
  folder = join(temporary.folder, 'run')
  log = join(folder, 'events.jsonl')
  return temporary.remove
})

const lines = (...events: RunEvent[]) => events.map((event) => `${JSON.stringify(event)}\n`).join('')

/** Follows the folder while `work` goes on; `seen` has the events that hold, as a view would. */
async function following(work: (seen: RunEvent[], until: (length: number) => Promise<void>) => Promise<void>): Promise<void> {
  const seen: RunEvent[] = []
  const stop = new AbortController()
  const tail = tailEvents(folder, (events, restarted) => {
    if (restarted) seen.length = 0
    seen.push(...events)
  }, stop.signal)
  try {
    await work(seen, (length) => vi.waitFor(() => expect(seen).toHaveLength(length), { timeout: 5000 }))
  } finally {
    stop.abort()
    await tail
  }
}

test('from the first event on, then live, also where the folder comes later; torn lines once they are whole', async () => {
  await following(async (seen, until) => {
    await mkdir(folder)
    await writeFile(log, lines(preflight, progress(1)))
    await until(2)
    const text = lines(progress(2), progress(3))
    await appendFile(log, text.slice(0, -20))
    await until(3)
    await appendFile(log, text.slice(-20))
    await until(4)
    expect(seen).toEqual([preflight, progress(1), progress(2), progress(3)])
  })
})

test('a run that begins anew replaces what was, also where its log is longer', async () => {
  await mkdir(folder)
  await writeFile(log, lines(preflight, progress(1), progress(2)))
  await following(async (seen, until) => {
    await until(3)
    await rm(log)
    await writeFile(log, lines(preflight, progress(5), progress(6), progress(7)))
    await until(4)
    expect(seen[1]).toEqual(progress(5))
  })
})

test('after the signal nothing is handed on', async () => {
  await mkdir(folder)
  await writeFile(log, lines(preflight))
  const seen: RunEvent[] = []
  const stop = new AbortController()
  const tail = tailEvents(folder, (events) => {
    seen.push(...events)
    stop.abort()
  }, stop.signal)
  await tail
  await appendFile(log, lines(progress(1)))
  await tailEvents(folder, () => { throw new Error('told') }, stop.signal)
  expect(seen).toEqual([preflight])
})

test('a line of any length is passed over, and what follows is read', async () => {
  await mkdir(folder)
  await writeFile(log, `${'x'.repeat(40 << 20)}\n${lines(progress(1))}`)
  await following(async (seen, until) => {
    await until(1)
    expect(seen).toEqual([progress(1)])
  })
})

test.skipIf(process.platform === 'win32')('a planted pipe is not opened', async () => {
  await mkdir(folder)
  execFileSync('mkfifo', [log])
  await following(async (_, until) => {
    await rm(log)
    await writeFile(log, lines(progress(1)))
    await until(1)
  })
})
