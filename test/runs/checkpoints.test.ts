import { existsSync, readFileSync } from 'node:fs'
import { appendFile, cp, mkdir, readdir, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { listCheckpoints, removeCheckpointsAfter, rotateCheckpoints, writeCheckpoint } from '../../src/runs/checkpoints.ts'
import { readVersion, temporaryFolder, writeVersion } from './sample.ts'

let folder: string
beforeEach(async () => {
  const temporary = await temporaryFolder()
  folder = temporary.folder
  return temporary.remove
})

async function write(...steps: number[]): Promise<void> {
  for (const step of steps) await writeCheckpoint(folder, { step, bytes: 100, write: (checkpoint) => writeVersion(checkpoint, String(step)) })
}

async function steps(): Promise<number[]> {
  return (await listCheckpoints(folder)).map(({ step }) => step)
}

test('checkpoints are in the order of their steps, not of their names', async () => {
  await write(10, 9, 100, 0)
  expect(await steps()).toEqual([0, 9, 10, 100])
  expect(await readVersion(join(folder, 'checkpoint-100'))).toBe('100')
})

const damages: [string, (checkpoint: string) => Promise<void>][] = [
  ['without its record', (checkpoint) => rm(join(checkpoint, 'complete.json'))],
  ['with a torn record', (checkpoint) => truncate(join(checkpoint, 'complete.json'), 20)],
  ['with a shorter file', (checkpoint) => truncate(join(checkpoint, 'model.safetensors'), 3)],
  ['with a longer file', (checkpoint) => appendFile(join(checkpoint, 'model.safetensors'), 'more')],
  ['without a file', (checkpoint) => rm(join(checkpoint, 'trainer_state.json'))],
  ['with another file\'s name in its place', (checkpoint) => rename(join(checkpoint, 'model.safetensors'), join(checkpoint, 'weights.safetensors'))],
  ['that is another step\'s', (checkpoint) => rm(checkpoint, { recursive: true }).then(() => cp(join(folder, 'checkpoint-9'), checkpoint, { recursive: true }))],
]
test.each(damages)('a folder %s is no checkpoint, and is replaced by a new one', async (_, damage) => {
  await write(9, 10)
  await damage(join(folder, 'checkpoint-10'))
  expect(await steps()).toEqual([9])
  await write(10)
  expect(await steps()).toEqual([9, 10])
})

test('a person\'s file in a checkpoint does not make it incomplete', async () => {
  await write(9)
  await writeFile(join(folder, 'checkpoint-9', 'notes.txt'), 'a good one')
  expect(await steps()).toEqual([9])
})

test('what only looks like a checkpoint is none', async () => {
  await write(9)
  for (const name of ['checkpoint-', 'checkpoint-9b', 'checkpoint-09', 'my-checkpoint-9', 'checkpoint-1e1']) {
    await cp(join(folder, 'checkpoint-9'), join(folder, name), { recursive: true })
  }
  await writeFile(join(folder, 'checkpoint-10'), 'a file')
  expect(await steps()).toEqual([9])
})

/** What transformers 5.23's rotate_checkpoints left. */
const rotations = JSON.parse(readFileSync('test/golden/rotations.json', 'utf8')) as
  { steps: number[], save_total_limit: number, best: number | null, kept: number[] }[]

test('rotation keeps what Trainer keeps', async () => {
  for (const { steps: written, save_total_limit, best, kept } of rotations) {
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true })
    await write(...written)
    await rotateCheckpoints(folder, save_total_limit, best)
    expect(await steps(), JSON.stringify({ written, save_total_limit, best })).toEqual(kept)
    expect((await readdir(folder)).length).toBe(kept.length)
  }
})

test('without a limit all stay', async () => {
  await write(9, 10, 100)
  await rotateCheckpoints(folder, null, null)
  expect(await steps()).toEqual([9, 10, 100])
})

test('checkpoints after a step are removed', async () => {
  await write(9, 10, 100)
  await removeCheckpointsAfter(folder, 9)
  expect(await steps()).toEqual([9])
})

test('no room for a checkpoint is told before anything is written', async () => {
  await write(9)
  const attempt = writeCheckpoint(folder, { step: 10, bytes: 1e18, write: () => expect.unreachable() })
  await expect(attempt).rejects.toMatchObject({ name: 'UserError', code: 'run.no-space', args: { what: 'checkpoint-10', needed: '1,000,000,000,000 MB' } })
  expect(await readdir(folder)).toEqual(['checkpoint-9'])
})

test.skipIf(!existsSync('/dev/full'))('a disk that fills up while a checkpoint is written leaves the earlier ones', async () => {
  await write(9)
  const attempt = writeCheckpoint(folder, { step: 10, bytes: 100, write: async (checkpoint) => {
    await writeVersion(checkpoint, '10')
    await writeFile('/dev/full', 'this gives ENOSPC')
  } })
  await expect(attempt).rejects.toMatchObject({ name: 'UserError', code: 'run.no-space' })
  expect(await readdir(folder)).toEqual(['checkpoint-9'])
  expect(await steps()).toEqual([9])
})

test('an error of the writer is its own, and nothing is left', async () => {
  const attempt = writeCheckpoint(folder, { step: 10, bytes: 100, write: async (checkpoint) => {
    await mkdir(join(checkpoint, 'half'))
    throw new Error('a bug')
  } })
  await expect(attempt).rejects.toThrow('a bug')
  expect(await readdir(folder)).toEqual([])
})
