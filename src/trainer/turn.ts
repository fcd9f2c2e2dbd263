/** A run's turn on its device, where one run trains at a time: waiting for it, and giving it up in a long pause. */
import { setTimeout } from 'node:timers/promises'
import { placeInQueue, type QueuePlace } from '../runs/deviceQueue.ts'
import type { Run } from '../runs/runFolder.ts'
import { registerRun } from '../runs/runIndex.ts'
import type { Untimed } from './training.ts'
import type { Wishes } from './wishes.ts'

/** A paused run keeps its device for so long. */
const patience = 10 * 60_000

export interface TurnParts {
  run: Run
  signal: AbortSignal
  tell(event: Untimed): void
}

export class Turn {
  readonly #place: QueuePlace
  readonly #parts: TurnParts
  readonly #patience: number

  /** Use turnOn. @param patienceMilliseconds after which a paused run lets the queue go on */
  constructor(place: QueuePlace, parts: TurnParts, patienceMilliseconds = patience) {
    this.#place = place
    this.#parts = parts
    this.#patience = patienceMilliseconds
  }

  /** Waits until the device is this run's, or the run is to stop. A run that waits is known to `finetune runs`. */
  async come(): Promise<void> {
    const { run, signal, tell } = this.#parts
    await this.#place.turn(signal, async (waiting) => {
      await run.update({ state: run.record === undefined ? 'queued' : waiting.ahead > 0 ? 'paused' : 'running' })
      await registerRun(run.folder)
      tell({ type: 'queued', ...waiting })
    })
  }

  /** Stands still after a step whose checkpoint is written, until nobody wants a pause any more or the run is to stop. */
  async pause(step: number, wishes: Wishes): Promise<void> {
    const { run, signal, tell } = this.#parts
    await run.update({ state: 'paused' })
    tell({ type: 'paused', step })
    const end = new AbortController()
    const patienceEnded = setTimeout(this.#patience, undefined, { signal: end.signal }).then(() => this.#place.leave(), () => {})
    await wishes.resumed(signal)
    end.abort()
    await patienceEnded
    await this.come()
    if (signal.aborted) return
    await run.update({ state: 'running' })
    tell({ type: 'resume', step })
  }

  async end(): Promise<void> {
    await this.#place.leave()
  }
}

/** A turn to come on a device. @throws UserError where the user's folder cannot be used */
export async function turnOn(device: string, parts: TurnParts): Promise<Turn> {
  return new Turn(await placeInQueue(device, parts.run.folder), parts)
}
