/** How a trainer begins, or does not. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, constants } from 'node:os'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import type { GivenSettings } from '../../src/protocol/settings.ts'
import { startTrainer } from '../../src/runs/startTrainer.ts'
import { killTrainer } from '../../src/runs/trainerClient.ts'
import { Followed, path, program, settings, started } from './trainers.ts'

test.each<[string, Partial<GivenSettings>, object]>([
  ['settings', { learning_rate: -1 }, { code: 'settings.value', args: { setting: 'learning_rate', value: '-1' } }],
  ['data', { dataset: ['/none.csv'] }, { code: 'data.file-missing', args: { path: resolve('/none.csv') } }],
  ['the folder', { output_dir: resolve('test') }, { code: 'run.not-ours', args: { folder: resolve('test') } }],
])('a mistake in %s is told to who starts the trainer, and leaves nothing', async (_, mistake, error) => {
  await expect(startTrainer({ ...settings('run'), ...mistake } as ReturnType<typeof settings>, { program, leaveOneCoreFree: true })).rejects.toMatchObject(error)
  expect(existsSync(path('run'))).toBe(false)
  expect(readdirSync(path('user'), { recursive: true }).map(String)).not.toContainEqual(expect.stringContaining('log.txt'))
})

test('a trainer that dies before its run has begun leaves the cause in its log', async () => {
  writeFileSync(path('broken.mjs'), 'throw new Error("a bug")')
  const failure = await startTrainer(settings('run'), { program: path('broken.mjs'), leaveOneCoreFree: true }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'trainer.died', args: { how: 'exit code 1' } })
  expect(readFileSync((failure as { args: { log: string } }).args.log, 'utf8')).toContain('Error: a bug\n')
})

test('a start that is taken back ends the trainer', async () => {
  const stop = new AbortController()
  writeFileSync(path('slow.mjs'), 'setInterval(() => {}, 1000)')
  const starting = startTrainer(settings('run'), { program: path('slow.mjs'), leaveOneCoreFree: true, signal: stop.signal })
  stop.abort()
  await expect(starting).rejects.toThrow('aborted')
})

test.skipIf(process.platform !== 'linux')('all its threads are below normal priority, and it leaves a core free if it is to', async () => {
  const cores = availableParallelism()
  for (const leaveOneCoreFree of [true, false]) {
    const { folder, pid } = await startTrainer(settings(`run-${leaveOneCoreFree}`), { program, leaveOneCoreFree })
    started.push({ folder, pid, outcome: 'begun' })
    const run = new Followed(folder)
    await run.pastStep(1)
    const threads = readdirSync(`/proc/${pid}/task`)
    const nice = threads.map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')[19 - 3]))
    expect(threads.length).toBeGreaterThan(8)
    expect(nice).toEqual(threads.map(() => constants.priority.PRIORITY_BELOW_NORMAL))
    expect(run.view.preflight!.threads).toBe(leaveOneCoreFree && cores > 2 ? cores - 1 : cores)
    await killTrainer(folder)
  }
})
