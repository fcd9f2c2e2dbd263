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
  /** Called before others get the device. */
  leaveDevice(): void
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

  /** Waits until the device is this run's, or the run is to stop. A pause that is asked for meanwhile begins at once. */
  async come(step: number, wishes: Wishes): Promise<void> {
    if (!await this.#wait(wishes)) await this.pause(step, wishes)
  }

  /** Stands still after a step whose checkpoint is written, until nobody wants a pause any more or the run is to stop. */
  async pause(step: number, wishes: Wishes): Promise<void> {
    const { run, signal, tell } = this.#parts
    do {
      if (signal.aborted) return
      await run.update({ state: 'paused' })
      await registerRun(run.folder)
      tell({ type: 'paused', step })
      await this.#untilResumed(wishes)
    } while (!await this.#wait(wishes))
    if (signal.aborted) return
    await run.update({ state: 'running' })
    tell({ type: 'resume', step })
  }

  async end(): Promise<void> {
    await this.#place.leave()
  }

  /** Whether the device is this run's; otherwise a pause or a stop is wanted, and others may have its place in the queue. */
  async #wait(wishes: Wishes): Promise<boolean> {
    const { run, signal, tell } = this.#parts
    const isOurs = await this.#place.turn(AbortSignal.any([signal, wishes.pausing]), async (waiting) => {
      await run.update({ state: run.record === undefined ? 'queued' : waiting.ahead > 0 ? 'paused' : 'running' })
      await registerRun(run.folder)
      tell({ type: 'queued', ...waiting })
    })
    if (!isOurs) await this.#place.leave()
    return isOurs
  }

  /** A pause that is long gives the device to the others. */
  async #untilResumed(wishes: Wishes): Promise<void> {
    const end = new AbortController()
    const patienceEnded = setTimeout(this.#patience, undefined, { signal: end.signal }).then(() => {
      this.#parts.leaveDevice()
      return this.#place.leave()
    }, () => {})
    await wishes.resumed(this.#parts.signal)
    end.abort()
    await patienceEnded
  }
}

/** A turn to come on a device. @throws UserError where the user's folder cannot be used */
export async function turnOn(device: string, parts: TurnParts): Promise<Turn> {
  return new Turn(await placeInQueue(device, parts.run.folder), parts)
}
