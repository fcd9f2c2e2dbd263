/** The trainer as built, started as a window starts it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { availableParallelism, constants } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { emptyRun, reduceEvent } from '../../src/protocol/runView.ts'
import type { RunView } from '../../src/protocol/runView.ts'
import type { GivenSettings } from '../../src/protocol/settings.ts'
import { crashOf } from '../../src/runs/endCause.ts'
import { isLive } from '../../src/runs/runFolder.ts'
import { listRuns } from '../../src/runs/runIndex.ts'
import { readRunRecord } from '../../src/runs/runRecord.ts'
import { startTrainer, type StartedTrainer } from '../../src/runs/startTrainer.ts'
import { tailEvents } from '../../src/runs/tailEvents.ts'
import { connectTrainer, killTrainer, trainerLog, type TrainerConnection } from '../../src/runs/trainerClient.ts'
import { bundleChild } from '../runs/child.ts'
import { ownUserFolder } from '../runs/userFolder.ts'

const program = resolve('dist/trainer.js')
const user = ownUserFolder()
const onPosix = test.skipIf(process.platform === 'win32')
let bundle: string
beforeAll(async () => { bundle = await bundleChild('startTrainer') })

const started: StartedTrainer[] = []
let ends: (() => void)[]
beforeEach(() => {
  ends = []
  const rows = Array.from({ length: 24 }, (_, i) => `${['red', 'green', 'blue'][i % 3]} number ${i},${['warm', 'cold'][i % 2]}`)
  writeFileSync(path('rows.csv'), `text,label\n${rows.join('\n')}\n`)
})
afterEach(async () => {
  for (const end of ends) end()
  for (const { folder } of started.splice(0)) {
    await killTrainer(folder)
    await untilEnded(folder)
  }
})

function path(...names: string[]): string {
  return join(user.folder, ...names)
}

/** Of a model of 40,000 parameters. Without more it trains until it is stopped. */
function settings(output_dir: string, more: Partial<GivenSettings> = {}) {
  return checkSettings({
    model_name_or_path: resolve('test/golden/distilbert'), dataset: [path('rows.csv')], output_dir: path(output_dir), per_device_train_batch_size: 4,
    num_train_epochs: 1e6, eval_strategy: 'no', save_strategy: 'no', load_best_model_at_end: false, ...more,
  })
}

async function start(output_dir: string, more: Partial<GivenSettings> = {}): Promise<StartedTrainer> {
  const trainer = await startTrainer(settings(output_dir, more), { program, leaveOneCoreFree: true })
  started.push(trainer)
  return trainer
}

/** A run as a window sees it. */
class Followed {
  view: RunView = emptyRun
  readonly events: RunEvent[] = []

  constructor(folder: string) {
    const stop = new AbortController()
    ends.push(() => stop.abort())
    void tailEvents(folder, (events) => {
      this.events.push(...events)
      this.view = events.reduce(reduceEvent, this.view)
    }, stop.signal)
  }

  async until(condition: (view: RunView) => boolean): Promise<void> {
    await vi.waitFor(() => expect(condition(this.view), JSON.stringify(this.view.waiting ?? this.view.end)).toBe(true), { timeout: 20_000, interval: 20 })
  }

  async pastStep(step: number): Promise<void> {
    await this.until(({ progress }) => (progress?.step ?? 0) > step)
  }

  /** Until a step more than now is wholly done. */
  async goesOn(): Promise<void> {
    await this.pastStep(0)
    await this.pastStep(this.view.progress!.step + 1)
  }
}

async function connected(folder: string): Promise<TrainerConnection> {
  const trainer = await connectTrainer(folder)
  if (trainer === undefined) throw new Error(`no trainer in ${folder}`)
  return trainer
}

async function stateOf(folder: string): Promise<string | undefined> {
  return (await listRuns()).find((run) => run.folder === folder)?.state
}

/** The lock goes with the process. */
async function untilEnded(folder: string): Promise<void> {
  await vi.waitFor(async () => expect(await isLive(folder)).toBe(false), { timeout: 10_000 })
}

test('a trainer goes on when who started it is killed, and stops with a checkpoint when a second window says so', async () => {
  const client = spawn(process.execPath, [bundle, program, JSON.stringify(settings('run'))], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface({ input: client.stdout }), 'line') as [string]
  const trainer = JSON.parse(line) as StartedTrainer
  started.push(trainer)
  process.kill(process.platform === 'win32' ? client.pid! : -client.pid!, 'SIGKILL') // the client and what is of its group
  await once(client, 'close')
  const run = new Followed(trainer.folder)
  await run.goesOn()
  expect(await stateOf(trainer.folder)).toBe('running')

  const [one, two] = [await connected(trainer.folder), await connected(trainer.folder)]
  expect(one.pid).toBe(trainer.pid)
  await Promise.all([one.stop(), two.stop()])
  await Promise.all([one.closed, two.closed])
  await run.until(({ state }) => state === 'stopped')
  expect(run.view.checkpoints).toEqual([run.view.end!.step])
  expect(existsSync(join(trainer.folder, `checkpoint-${run.view.end!.step}`, 'complete.json'))).toBe(true)
  await untilEnded(trainer.folder)
  expect(await stateOf(trainer.folder)).toBe('stopped')
  expect(await connectTrainer(trainer.folder)).toBeUndefined()
  expect(readFileSync((await trainerLog(trainer.folder))!, 'utf8')).toMatch(/ process \d+ trains in .*\n[^]* checkpoint-\d+\n.* stopped\n$/)
})

test('killed, a run is interrupted and can be resumed from its last checkpoint', async () => {
  const more = { max_steps: 400 }
  const { folder } = await start('run', more)
  const run = new Followed(folder)
  const trainer = await connected(folder)
  await run.pastStep(0)
  await trainer.save()
  await run.until(({ checkpoints }) => checkpoints.length > 0)
  const [saved] = run.view.checkpoints
  await run.pastStep(saved)
  expect(await killTrainer(folder)).toBe(true)
  await trainer.closed
  expect(run.view.state).toBe('unfinished')
  await vi.waitFor(async () => expect(await stateOf(folder)).toBe('interrupted'))
  await vi.waitFor(async () => expect(await crashOf(folder)).toEqual({ signal: 'SIGKILL' }))

  expect(await start('run', more)).toMatchObject({ folder, outcome: 'begun' })
  await run.until(({ state }) => state === 'finished')
  expect(run.events.filter(({ type }) => type === 'resume')).toMatchObject([{ step: saved }])
  expect(run.view).toMatchObject({ progress: { step: 400 }, checkpoints: [saved, 400] })
  await untilEnded(folder)
  expect(await startTrainer(settings('run', more), { program, leaveOneCoreFree: true })).toMatchObject({ folder, outcome: 'already finished' })
})

test('a pause writes a checkpoint and keeps the process; resuming goes on where it was', async () => {
  const { folder, pid } = await start('run')
  const run = new Followed(folder)
  const trainer = await connected(folder)
  await run.pastStep(0)
  await trainer.pause()
  await run.until(({ waiting }) => waiting?.type === 'paused')
  const { step } = run.view.waiting as Extract<RunEvent, { type: 'paused' }>
  expect(run.view).toMatchObject({ progress: { step }, checkpoints: [step] })
  expect(await stateOf(folder)).toBe('paused')
  await trainer.save()
  await trainer.pause()

  await trainer.resume()
  await run.pastStep(step)
  expect(run.events.find((event) => event.type === 'progress' && event.step > step)).toMatchObject({ step: step + 1 })
  expect(run.events.filter(({ type }) => type === 'paused' || type === 'resume')).toMatchObject([{ type: 'paused', step }, { type: 'resume', step }])
  expect(run.view.waiting).toBeUndefined()
  expect(await stateOf(folder)).toBe('running')

  await trainer.pause()
  await run.until(({ waiting }) => waiting?.type === 'paused')
  expect(process.kill(pid, 0)).toBe(true)
  await trainer.stop()
  await trainer.closed
  await run.until(({ state }) => state === 'stopped')
  expect(run.view.checkpoints.at(-1)).toBe(run.view.end!.step)
})

test('a second training waits its turn, also without any window, and begins when the first is killed', async () => {
  const first = await start('first')
  const second = await start('second')
  const [one, two] = [new Followed(first.folder), new Followed(second.folder)]
  await two.until(({ waiting }) => waiting?.type === 'queued')
  expect(two.view.waiting).toMatchObject({ ahead: 1, behind: first.folder })
  expect(await stateOf(second.folder)).toBe('queued')
  await one.goesOn()
  expect(two.view.progress).toBeUndefined()

  expect(await killTrainer(first.folder)).toBe(true)
  await two.goesOn()
  expect(two.view.waiting).toBeUndefined()
  expect(await stateOf(second.folder)).toBe('running')
})

test('a queued run that is stopped leaves nothing, and one that is killed can be begun again', async () => {
  await start('first')
  const leaving = await start('leaving')
  const killed = await start('killed')
  const run = new Followed(killed.folder)
  await run.until(({ waiting }) => waiting?.type === 'queued' && waiting.ahead === 2)
  const trainer = await connected(leaving.folder)
  await trainer.stop()
  await trainer.closed
  await vi.waitFor(() => expect(existsSync(leaving.folder)).toBe(false))
  await run.until(({ waiting }) => waiting?.type === 'queued' && waiting.ahead === 1)
  await killTrainer(killed.folder)
  await vi.waitFor(async () => expect(await stateOf(killed.folder)).toBe('interrupted'))

  await killTrainer(path('first'))
  const again = await start('killed', { seed: 7 })
  await new Followed(again.folder).pastStep(0)
  expect((await readRunRecord(again.folder))?.settings.seed).toBe(7)
})

test('a pause of a queued run begins at once, and lets those behind it go first', async () => {
  const first = await start('first')
  const paused = await start('paused')
  const behind = await start('behind')
  const run = new Followed(paused.folder)
  await run.until(({ waiting }) => waiting?.type === 'queued')
  const trainer = await connected(paused.folder)
  await trainer.pause()
  await run.until(({ waiting }) => waiting?.type === 'paused' && waiting.step === 0)
  expect(await stateOf(paused.folder)).toBe('paused')

  await killTrainer(first.folder)
  await new Followed(behind.folder).goesOn()
  expect(run.view.progress).toBeUndefined()
  await trainer.resume()
  await run.until(({ waiting }) => waiting?.type === 'queued' && waiting.behind === behind.folder)
  await killTrainer(behind.folder)
  await run.pastStep(0)
  expect(await stateOf(paused.folder)).toBe('running')
})

onPosix('the terminal joins the queue, says so, and takes commands', { timeout: 60_000 }, async () => {
  const first = await start('first')
  const words = ['train', '--model_name_or_path', resolve('test/golden/distilbert'), '--dataset', path('rows.csv'), '--output_dir', 'terminal', '--num_train_epochs', '1000000', '--eval_strategy', 'no', '--save_strategy', 'no', '--load_best_model_at_end', 'false']
  const terminal = spawn(process.execPath, [resolve('dist/finetune.js'), ...words], { cwd: user.folder, stdio: ['ignore', 'pipe', 'inherit'] })
  ends.push(() => terminal.kill('SIGKILL'))
  const lines: string[] = []
  createInterface({ input: terminal.stdout }).on('line', (line) => lines.push(line))
  const said = (text: string | RegExp) => vi.waitFor(() => expect(lines).toContainEqual(expect.stringMatching(text)), { timeout: 20_000 })
  await said(/^Waiting for the run in first to end; Ctrl-C leaves the queue\.$/)
  await (await connected(first.folder)).stop()
  await said('Now it is this run\'s turn.')
  await said(/^step +1\//)
  await (await connected(path('terminal'))).stop()
  const [code] = await once(terminal, 'exit')
  expect(code).toBe(130)
  await said(/^Stopped after step \d+\. To go on:$/)
  expect(readdirSync(path('user/finetune/machines'), { recursive: true }).filter((name) => String(name).endsWith('trainer.json'))).toHaveLength(1)
})

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

onPosix('before step 1 it has loaded every file of ours: the program may be replaced under it', async () => {
  for (const file of ['dist', 'package.json']) cpSync(resolve(file), path('program', file), { recursive: true })
  symlinkSync(resolve('node_modules'), path('program/node_modules'))
  const whole = { max_steps: 400, eval_strategy: 'steps', eval_steps: 200, save_strategy: 'steps', save_steps: 200, load_best_model_at_end: true } as const
  const trainer = await startTrainer(settings('run', whole), { program: path('program/dist/trainer.js'), leaveOneCoreFree: true })
  started.push(trainer)
  const run = new Followed(trainer.folder)
  await run.pastStep(0)
  await rm(path('program'), { recursive: true })
  expect(run.view.progress!.step).toBeLessThan(200)
  await run.until(({ state }) => state === 'finished' || state === 'failed')
  expect(run.view).toMatchObject({ state: 'finished', checkpoints: expect.arrayContaining([200, 400]) })
})

onPosix('a run on what travels with the program goes on with the next version of it', async () => {
  for (const file of ['dist', 'package.json', 'embedded']) cpSync(resolve(file), path('old', file), { recursive: true })
  symlinkSync(resolve('node_modules'), path('old/node_modules'))
  const embedded = { model_name_or_path: path('old/embedded/news-mini'), dataset: [path('old/embedded/news-sample')], per_device_train_batch_size: 16, num_train_epochs: 3, max_steps: 20 }
  const trainer = await startTrainer(settings('run', embedded), { program: path('old/dist/trainer.js'), leaveOneCoreFree: true })
  started.push(trainer)
  const run = new Followed(trainer.folder)
  await run.pastStep(0)
  await (await connected(trainer.folder)).stop()
  await untilEnded(trainer.folder)
  await rm(path('old'), { recursive: true })
  expect(readFileSync(join(trainer.folder, 'run.json'), 'utf8')).not.toContain(path('old'))

  const record = await readRunRecord(trainer.folder)
  expect(record!.settings).toMatchObject({ model_name_or_path: resolve('embedded/news-mini'), dataset: [resolve('embedded/news-sample')] })
  await startTrainer(record!.settings, { program, leaveOneCoreFree: true })
  await run.until(({ state }) => state === 'finished' || state === 'failed')
  expect(run.view).toMatchObject({ state: 'finished', progress: { step: 20 } })
})
