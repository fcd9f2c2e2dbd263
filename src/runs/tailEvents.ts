/** Follows a run from outside: its events so far, then those that come. */
import { watch, type FSWatcher } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunEvent } from '../protocol/events.ts'
import { readEvents, type EventsRead } from './eventLog.ts'
import { eventsFile } from './runFolder.ts'

/** The folder may lie on a disk whose changes the system does not tell. */
const pollMilliseconds = 1000
/** As much of the log is read at a time: what a run folder holds may be anything, of any size. */
const mostBytes = 16 << 20

/**
 * Hands on the events of the run in a folder from its first one on, until `signal` aborts. The folder may not be there yet.
 * @param onEvents `restarted` says that the events so far no longer hold: the run is gone, or another has begun in its place
 */
export async function tailEvents(folder: string, onEvents: (events: RunEvent[], restarted: boolean) => void, signal: AbortSignal): Promise<void> {
  const path = join(folder, eventsFile)
  const changes = new Changes(folder, signal)
  let at = { file: 0, next: 0 }
  while (!signal.aborted) {
    const isReplaced = changes.takeReplaced()
    const { ino, size } = await stat(path).catch(() => ({ ino: 0, size: 0 }))
    const restarted = at.next > 0 && (isReplaced || ino !== at.file || size < at.next)
    const { events, next } = await readSome(path, restarted ? 0 : at.next, size)
    if (signal.aborted) return
    if (events.length > 0 || restarted) onEvents(events, restarted)
    at = { file: ino, next }
    if (size - next < mostBytes) await changes.next()
  }
}

/** What whole lines there are from a byte on. One that is longer than all that is read at a time is passed over. */
async function readSome(path: string, from: number, size: number): Promise<EventsRead> {
  const nothing = { events: [], next: from }
  if (size <= from) return nothing
  const read = await readEvents(path, from, mostBytes).catch(() => nothing)
  const isTooLong = read.next === from && size - from >= mostBytes
  return isTooLong ? { events: [], next: from + mostBytes } : read
}

/** Tells when something may have changed in a run folder: that the system says so, or that a second has gone by. */
class Changes {
  readonly #folder: string
  readonly #signal: AbortSignal
  #watcher: FSWatcher | undefined
  #hasChanged = false
  #isReplaced = false
  #wake = () => {}

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
    if (this.#signal.aborted) return
    if (this.#watcher === undefined) this.#watch()
    if (!this.#hasChanged) await this.#changeOrTime()
    this.#hasChanged = false
  }

  /** Whether the log may be another file than before. Its inode does not tell: it may be the old one's, used again. */
  takeReplaced(): boolean {
    const isReplaced = this.#isReplaced
    this.#isReplaced = false
    return isReplaced
  }

  async #changeOrTime(): Promise<void> {
    let timer: NodeJS.Timeout
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, pollMilliseconds)
      this.#wake = resolve
    })
    clearTimeout(timer!)
  }

  /** Watches the folder once it is there. */
  #watch(): void {
    try {
      this.#watcher = watch(this.#folder, (event, name) => {
        this.#hasChanged = true
        this.#isReplaced ||= event === 'rename' && (name === eventsFile || name === null)
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
