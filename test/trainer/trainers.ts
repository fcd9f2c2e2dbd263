/** Trainers as built, started as a window starts them, over a small model and rows of each test's own. */
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { emptyRun, reduceEvent } from '../../src/protocol/runView.ts'
import type { RunView } from '../../src/protocol/runView.ts'
import type { GivenSettings, Settings } from '../../src/protocol/settings.ts'
import { listRuns } from '../../src/runs/runIndex.ts'
import { startTrainer, type StartedTrainer } from '../../src/runs/startTrainer.ts'
import { tailEvents } from '../../src/runs/tailEvents.ts'
import { connectTrainer, killTrainer, type TrainerConnection } from '../../src/runs/trainerClient.ts'
import { eventually } from '../eventually.ts'
import { untilEnded } from '../runs/untilEnded.ts'
import { ownUserFolder } from '../runs/userFolder.ts'

export const program = resolve('dist/trainer.js')
export const user = ownUserFolder()
export const onPosix = test.skipIf(process.platform === 'win32')

/** They are killed when their test ends. */
export const started: StartedTrainer[] = []
/** What else is to be done then. */
export let ends: (() => void)[]
beforeEach(() => {
  ends = []
  const rows = Array.from({ length: 24 }, (_, i) => `${['red', 'green', 'blue'][i % 3]} number ${i},${['warm', 'cold'][i % 2]}`)
  writeFileSync(path('rows.csv'), `text,label\n${rows.join('\n')}\n`)
})
afterEach(async () => {
  for (const end of ends) end()
  for (const trainer of started.splice(0)) {
    await killTrainer(trainer.folder)
    await untilEnded(trainer)
  }
})

export function path(...names: string[]): string {
  return join(user.folder, ...names)
}

/** Of a model of 40,000 parameters. Without more it trains until it is stopped. */
export function settings(output_dir: string, more: Partial<GivenSettings> = {}): Settings {
  return checkSettings({
    model_name_or_path: resolve('test/golden/distilbert'), dataset: [path('rows.csv')], output_dir: path(output_dir), per_device_train_batch_size: 4,
    num_train_epochs: 1e6, eval_strategy: 'no', save_strategy: 'no', load_best_model_at_end: false, ...more,
  })
}

export async function start(output_dir: string, more: Partial<GivenSettings> = {}): Promise<StartedTrainer> {
  const trainer = await startTrainer(settings(output_dir, more), { program, leaveOneCoreFree: true })
  started.push(trainer)
  return trainer
}

/** A run as a window sees it. */
export class Followed {
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
    await eventually(() => expect(condition(this.view), JSON.stringify(this.view.waiting ?? this.view.end)).toBe(true))
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

export async function connected(folder: string): Promise<TrainerConnection> {
  const trainer = await connectTrainer(folder)
  if (trainer === undefined) throw new Error(`no trainer in ${folder}`)
  return trainer
}

export async function stateOf(folder: string): Promise<string | undefined> {
  return (await listRuns()).find((run) => run.folder === folder)?.state
}
