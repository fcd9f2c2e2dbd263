import { join, relative } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { writeCheckpoint } from '../../src/runs/checkpoints.ts'
import { chooseStart, requireSameSources } from '../../src/runs/resume.ts'
import { openRun } from '../../src/runs/runFolder.ts'
import type { RunRecord } from '../../src/runs/runRecord.ts'
import { details, temporaryFolder, writeVersion } from './sample.ts'

let folder: string
beforeEach(async () => {
  const temporary = await temporaryFolder()
  folder = join(temporary.folder, 'news')
  return temporary.remove
})

const { settings } = details

/** A run in this state with checkpoints of these steps, opened again. */
async function reopened(state: RunRecord['state'], ...steps: number[]) {
  const run = await openRun(folder)
  await run.begin(details)
  await run.update({ state: 'running' })
  for (const step of steps) await writeCheckpoint(folder, { step, bytes: 100, write: (checkpoint) => writeVersion(checkpoint, String(step)) })
  await run.update({ state })
  await run.close()
  const again = await openRun(folder)
  await again.close()
  return again
}

test('a new folder starts at step 0, with --resume_from_checkpoint too', async () => {
  const run = await openRun(folder)
  expect(await chooseStart(run, settings)).toEqual({ kind: 'fresh' })
  expect(await chooseStart(run, { ...settings, resume_from_checkpoint: true })).toEqual({ kind: 'fresh' })
})

test.each(['running', 'stopped', 'failed'] as const)('a %s run goes on from its last complete checkpoint', async (state) => {
  const run = await reopened(state, 9, 10)
  const expected = { kind: 'resume', checkpoint: { step: 10, folder: join(folder, 'checkpoint-10') } }
  expect(await chooseStart(run, settings)).toEqual(expected)
  expect(await chooseStart(run, { ...settings, resume_from_checkpoint: true })).toEqual(expected)
})

test('an unfinished run without a checkpoint starts at step 0', async () => {
  const run = await reopened('running')
  expect(await chooseStart(run, settings)).toEqual({ kind: 'fresh' })
  expect(await chooseStart(run, { ...settings, resume_from_checkpoint: true })).toEqual({ kind: 'fresh' })
})

test('a finished run is finished, unless an earlier checkpoint is named', async () => {
  const run = await reopened('finished', 9, 10)
  expect(await chooseStart(run, settings)).toEqual({ kind: 'finished' })
  expect(await chooseStart(run, { ...settings, resume_from_checkpoint: true })).toEqual({ kind: 'finished' })
  expect(await chooseStart(run, { ...settings, resume_from_checkpoint: 'checkpoint-9' })).toMatchObject({ kind: 'resume', checkpoint: { step: 9 } })
})

test('a checkpoint is named by its path or by its name', async () => {
  const run = await reopened('stopped', 9, 10)
  for (const path of [join(folder, 'checkpoint-9'), `${join(folder, 'checkpoint-9')}/`, relative('.', join(folder, 'checkpoint-9')), 'checkpoint-9']) {
    expect(await chooseStart(run, { ...settings, resume_from_checkpoint: path })).toMatchObject({ kind: 'resume', checkpoint: { step: 9 } })
  }
})

test('a checkpoint that the run does not have is refused with those that it has', async () => {
  const run = await reopened('stopped', 9, 10)
  for (const path of ['checkpoint-11', '/elsewhere/checkpoint-9', folder]) {
    await expect(chooseStart(run, { ...settings, resume_from_checkpoint: path })).rejects.toThrow(`${path} is not a complete checkpoint of the run in ${folder}: it has checkpoint-9, checkpoint-10`)
  }
})

test.each(['stopped', 'finished'] as const)('a %s run with other settings is refused with the difference', async (state) => {
  const run = await reopened(state, 9)
  await expect(chooseStart(run, { ...settings, seed: 7, learning_rate: 1e-4 })).rejects.toMatchObject({
    code: 'run.settings-differ', args: { folder, difference: 'seed: 42 → 7, learning_rate: 2e-5 → 1e-4' },
  })
})

test('other data or another model are refused', async () => {
  const run = await reopened('stopped', 9)
  expect(() => requireSameSources(run, { data: 'd', model: 'm' })).not.toThrow()
  expect(() => requireSameSources(run, { data: 'x', model: 'm' })).toThrow(/the data of the run .* has changed/)
  expect(() => requireSameSources(run, { data: 'd', model: 'x' })).toThrow(/the model that the run .* has changed/)
})
