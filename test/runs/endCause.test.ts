import { mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { beforeEach, expect, test } from 'vitest'
import { crashOf, failureOf } from '../../src/runs/endCause.ts'
import { claimEnd, logOf, makeEntry, writeEntry } from '../../src/runs/trainerEntry.ts'
import { ownUserFolder } from './userFolder.ts'

const user = ownUserFolder()
let folder: string
beforeEach(() => {
  mkdirSync(join(user.folder, 'run'))
  folder = realpathSync(join(user.folder, 'run'))
})

async function enter(log: string): Promise<void> {
  await setTimeout(2) // entries are named by the millisecond
  const entry = await makeEntry()
  await writeEntry(entry, { outcome: 'begun', folder, pid: 1, processStart: null, address: 'nowhere', key: '00' })
  writeFileSync(logOf(entry), log)
}

const time = '2026-01-01T00:00:00.000Z'

test('a failure is the one of the last end, also in a log of any length', async () => {
  expect(await failureOf(folder)).toBeUndefined()
  const line = (event: object) => `${JSON.stringify({ time, ...event })}\n`
  const end = (error: string, mistake?: object) => line({ type: 'end', outcome: 'failed', error, mistake, step: 1, best_step: null })
  const steps = line({ type: 'checkpoint', step: 1, path: 'checkpoint-1' }).repeat(5000)
  writeFileSync(join(folder, 'events.jsonl'), end('an earlier one') + steps + end('no space left') + 'torn')
  expect(await failureOf(folder)).toEqual({ message: 'no space left' })
  const mistake = { code: 'run.gone', args: { folder: 'here' } }
  writeFileSync(join(folder, 'events.jsonl'), end('an earlier one') + end('here is gone', mistake))
  expect(await failureOf(folder)).toEqual({ mistake, message: 'here is gone' })
})

test('a crash is told by who saw it, or by its error; what a trainer says of its work is no cause', async () => {
  expect(await crashOf(folder)).toBeUndefined()
  await enter(`${time} checkpoint-20\n`)
  expect(await crashOf(folder)).toBeUndefined()
  await enter(`${time} checkpoint-20\nfile:///trainer.js:1\nTypeError: x is not a function\n    at f (file:///trainer.js:1:1)\n\nNode.js v24\n`)
  expect(await crashOf(folder)).toEqual({ message: 'TypeError: x is not a function' })
  await enter(`${time} checkpoint-20\nended by SIGKILL\n`)
  expect(await crashOf(folder)).toEqual({ signal: 'SIGKILL' })
})

test('of all windows one tells of an end, and of the next process of the run again one', async () => {
  expect(await claimEnd(folder)).toBe(false)
  await enter('')
  expect((await Promise.all([claimEnd(folder), claimEnd(folder), claimEnd(folder)])).filter((isOurs) => isOurs)).toHaveLength(1)
  expect(await claimEnd(folder)).toBe(false)
  await enter('')
  expect(await claimEnd(folder)).toBe(true)
})
