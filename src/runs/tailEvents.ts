/** Follows a run from outside: its events so far, then those that come. */
import { watch, type FSWatcher } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunEvent } from '../protocol/events.ts'
import { readEvents } from './eventLog.ts'
import { eventsFile } from './runFolder.ts'

/** The folder may lie on a disk whose changes the system does not tell. */
const pollMilliseconds = 1000
/** As much of the log is read at a time: what a run folder holds may be anything, of any size. */
const mostBytes = 16 << 20

/**
 * Hands on the events of the run in a folder from its first one on, until `signal` aborts. The folder may not be there yet.
 * @param onEvents `restarted` says that another run has begun in the folder: the events so far no longer hold
 */
export async function tailEvents(folder: string, onEvents: (events: RunEvent[], restarted: boolean) => void, signal: AbortSignal): Promise<void> {
  const path = join(folder, eventsFile)
  const changes = new Changes(folder, signal)
  let place = { file: 0, next: 0 }
  while (!signal.aborted) {
    const found = await stat(path).catch(() => undefined)
    // Opening a pipe, say, would wait for ever.
    const size = found?.isFile() ? found.size : 0
    const restarted = found !== undefined && place.next > 0 && (found.ino !== place.file || size < place.next)
    if (restarted) place = { file: 0, next: 0 }
    const { events, next } = size > place.next ? await readEvents(path, place.next, mostBytes).catch(nothing) : nothing()
    if (signal.aborted) break
    if (events.length > 0 || restarted) onEvents(events, restarted)
    const isStuck = next <= place.next && size - place.next >= mostBytes
    if (found !== undefined) place = { file: found.ino, next: isStuck ? place.next + mostBytes : Math.max(next, place.next) }
    if (size - place.next < mostBytes) await changes.next()
  }
}

function nothing(): { events: RunEvent[], next: number } {
  return { events: [], next: 0 }
}

/** Tells when something may have changed in a folder: that the system says so, or that a second has gone by. */
class Changes {
  readonly #folder: string
  readonly #signal: AbortSignal
  #watcher: FSWatcher | undefined
  #hasChanged = false
  #wake: () => void = () => {}

  constructor(folder: string, signal: AbortSignal) {
    this.#folder = folder
    this.#signal = signal
    signal.addEventListener('abort', () => {
      this.#watcher?.close()
      this.#wake()
    }, { once: true })
    this.#watch()
  }

  /** Resolves at the next change, at once where there was one since the last call. */
  async next(): Promise<void> {
    if (this.#watcher === undefined) this.#watch()
    if (!this.#hasChanged && !this.#signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMilliseconds)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    this.#hasChanged = false
  }

  /** Watches the folder once it is there. */
  #watch(): void {
    try {
      this.#watcher = watch(this.#folder, () => {
        this.#hasChanged = true
        this.#wake()
      })
      this.#watcher.on('error', () => {
        this.#watcher?.close()
        this.#watcher = undefined
      })
    } catch {
      this.#watcher = undefined
    }
  }
}
