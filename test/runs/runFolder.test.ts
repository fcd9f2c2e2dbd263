import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { isLive, openRun } from '../../src/runs/runFolder.ts'
import { readRunRecord } from '../../src/runs/runRecord.ts'
import { details, temporaryFolder } from './sample.ts'

let outer: string
let folder: string
beforeEach(async () => {
  const temporary = await temporaryFolder()
  outer = temporary.folder
  folder = join(outer, 'runs', 'news')
  return temporary.remove
})

test('a run\'s life: nothing before it begins, its record and events after', async () => {
  const run = await openRun(folder)
  expect(run.record).toBeUndefined()
  expect(await readdir(outer)).toEqual([])

  await run.begin(details)
  expect(await isLive(folder)).toBe(true)
  expect(await readFile(join(folder, '.gitignore'), 'utf8')).toBe('*\n')
  await run.update({ state: 'running' })
  run.events.append({ type: 'resume', time: '2026-01-01T00:00:00.000Z', step: 0 })
  await run.update({ state: 'finished', best: { step: 3, epoch: 1, eval_accuracy: 0.9 } })
  await run.close()

  expect(await isLive(folder)).toBe(false)
  expect((await readdir(folder)).sort()).toEqual(['.gitignore', '.lock', 'events.jsonl', 'run.json'])
  const record = await readRunRecord(folder)
  expect(record).toMatchObject({ ...details, state: 'finished', process: { pid: process.pid }, best: { eval_accuracy: 0.9 } })
})

test('going on keeps what is there', async () => {
  const first = await openRun(folder)
  await first.begin(details)
  await first.update({ state: 'running' })
  first.events.append({ type: 'resume', time: '2026-01-01T00:00:00.000Z', step: 0 })
  await first.close()
  const created = (await readRunRecord(folder))!.created

  const second = await openRun(folder)
  expect(second.record?.state).toBe('running')
  await second.begin({ ...details, environment: { ...details.environment, threads: 4 } })
  second.events.append({ type: 'resume', time: '2026-01-01T00:00:00.000Z', step: 5 })
  await second.close()
  expect(await readRunRecord(folder)).toMatchObject({ created, state: 'running', environment: { threads: 4 } })
  expect((await readFile(join(folder, 'events.jsonl'), 'utf8')).split('\n').length).toBe(3)
})

test('a start that fails before step 1 leaves nothing', async () => {
  const run = await openRun(folder)
  await run.begin(details)
  run.events.append({ type: 'resume', time: '2026-01-01T00:00:00.000Z', step: 0 })
  await run.close()
  expect(await readdir(outer)).toEqual([])
})

test('a start that fails leaves a folder that was there, and a person\'s .gitignore in it', async () => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, '.gitignore'), '*.tmp\n')
  const run = await openRun(folder)
  await run.begin(details)
  await run.close()
  expect(await readdir(folder)).toEqual(['.gitignore'])
  expect(await readFile(join(folder, '.gitignore'), 'utf8')).toBe('*.tmp\n')
})

test('a start that fails leaves what others put into its folders meanwhile', async () => {
  const run = await openRun(folder)
  await run.begin(details)
  await writeFile(join(outer, 'runs', 'notes.txt'), 'mine')
  await run.close()
  expect(await readdir(join(outer, 'runs'))).toEqual(['notes.txt'])
})

test('a run that did not begin can be closed', async () => {
  const run = await openRun(folder)
  await run.close()
  expect(existsSync(join(outer, 'runs'))).toBe(false)
})

test('a person\'s folder is not written into', async () => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'thesis.txt'), 'mine')
  await expect(openRun(folder)).rejects.toMatchObject({ code: 'run.not-ours' })
  expect(await readdir(folder)).toEqual(['thesis.txt'])
})

test('what is no folder, or under none', async () => {
  await writeFile(join(outer, 'file'), '')
  await expect(openRun(join(outer, 'file'))).rejects.toMatchObject({ code: 'run.not-a-folder' })
  await expect(openRun(join(outer, 'file', 'below'))).rejects.toMatchObject({ code: 'run.not-a-folder' })
})

test('a live run\'s folder is refused with who has it', async () => {
  const run = await openRun(folder)
  await run.begin(details)
  await expect(openRun(folder)).rejects.toMatchObject({ code: 'run.live', args: { folder, pid: process.pid } })
  await run.close()
})

test('of two that found the folder free only the first begins, and the other takes nothing away', async () => {
  const [first, second, third] = [await openRun(folder), await openRun(folder), await openRun(folder)]
  await first.begin(details)
  await expect(second.begin(details)).rejects.toMatchObject({ code: 'run.live' })
  await second.close()
  await first.update({ state: 'running' })
  await first.close()
  await expect(third.begin(details)).rejects.toMatchObject({ code: 'run.not-ours' })
  await third.close()
  expect(await readRunRecord(folder)).toMatchObject({ state: 'running' })
})

test.skipIf(process.platform !== 'linux')('a folder that cannot be made', async () => {
  const run = await openRun('/sys/finetune/news')
  await expect(run.begin(details)).rejects.toMatchObject({ code: 'run.cannot-write' })
  await run.close()
})

test.each([
  ['{"format":1', /JSON/],
  ['{"format":2}', /format/],
  ['[]', /expected object/],
])('a record that is not readable: %s', async (content, reason) => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'run.json'), content)
  await expect(openRun(folder)).rejects.toMatchObject({ code: 'run.unreadable', message: expect.stringMatching(reason) as string })
  expect(await isLive(folder)).toBe(false)
})

test('a run whose lock cannot be opened', async () => {
  await mkdir(join(folder, '.lock'), { recursive: true })
  await writeFile(join(folder, 'run.json'), '{}')
  await expect(openRun(folder)).rejects.toMatchObject({ code: 'run.cannot-write' })
})
