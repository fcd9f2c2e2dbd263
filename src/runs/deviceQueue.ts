/**
 * One training at a time on a device, for all processes of a user. Who waits or trains has a place in the queue: a lock on a file
 * named by when its process started, and beside it what it is. The system releases the locks of a process that dies, so the queue
 * needs nobody to keep it.
 *
 * Places only make the order; that no two train at once is the device's own lock.
 */
import { randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { replaceFile, temporaryPrefix } from './durable.ts'
import { readJsonFile } from './jsonFile.ts'
import { isLocked, takeLock, type Lock } from './lock.ts'
import { privateFolder } from './privateFolder.ts'

const deviceLock = 'device.lock'
const placeSuffix = '.place'
const recordSuffix = '.json'
const pollMilliseconds = 300

const recordSchema = z.object({
  /** Of the run. */
  folder: z.string(),
  /** Whether it has the device. */
  training: z.boolean(),
})
type PlaceRecord = z.infer<typeof recordSchema>

export interface Waiting {
  /** Runs that come first; 0 once it is this one's turn. */
  ahead: number
  /** Folder of the run that has the device; null where that is not known. */
  behind: string | null
}

export class QueuePlace {
  readonly #queue: string
  readonly #name: string
  readonly #runFolder: string
  #place: Lock | undefined
  #device: Lock | undefined

  /** Use placeInQueue. */
  constructor(queue: string, runFolder: string) {
    this.#queue = queue
    this.#runFolder = runFolder
    this.#name = `${Math.round(performance.timeOrigin).toString().padStart(15, '0')}-${randomBytes(4).toString('hex')}`
  }

  /**
   * Waits until the device is this run's, behind all whose processes started before. Returns whether it has the device: at once where
   * it had it before, without it once `signal` aborts. Leave before the next turn then.
   * @param onWaiting called, and waited for, when there is something to wait for, whenever the queue has moved, and when its turn has come
   */
  async turn(signal: AbortSignal, onWaiting: (waiting: Waiting) => Promise<void>): Promise<boolean> {
    if (this.#device !== undefined) return true
    await this.#enter()
    let told: Waiting | undefined
    while (!signal.aborted) {
      const ahead = await this.#ahead()
      if (ahead.length === 0) this.#device = await takeLock(join(this.#queue, deviceLock))
      if (this.#device !== undefined) break
      const first = ahead.find(({ training }) => training) ?? ahead[0]
      const waiting = { ahead: Math.max(1, ahead.length), behind: first?.folder ?? null }
      if (waiting.ahead !== told?.ahead || waiting.behind !== told.behind) await onWaiting(waiting)
      told = waiting
      await setTimeout(pollMilliseconds, undefined, { signal }).catch(() => {})
    }
    if (this.#device === undefined) return false
    await this.#record({ folder: this.#runFolder, training: true })
    if (told !== undefined) await onWaiting({ ahead: 0, behind: null })
    return true
  }

  /** Gives the device, and the place in the queue, to the others. `turn` takes the same place again. */
  async leave(): Promise<void> {
    await this.#device?.release()
    this.#device = undefined
    if (this.#place !== undefined) await removePlace(this.#queue, this.#name)
    await this.#place?.release()
    this.#place = undefined
  }

  async #enter(): Promise<void> {
    this.#place = await takeLock(join(this.#queue, this.#name + placeSuffix))
    await this.#record({ folder: this.#runFolder, training: false })
  }

  async #record(record: PlaceRecord): Promise<void> {
    await replaceFile(join(this.#queue, this.#name + recordSuffix), JSON.stringify(record) + '\n')
  }

  /** Those who train or come first, in their order. */
  async #ahead(): Promise<PlaceRecord[]> {
    const names = (await readdir(this.#queue)).filter((name) => name.endsWith(placeSuffix)).map((name) => name.slice(0, -placeSuffix.length)).sort()
    const ahead: PlaceRecord[] = []
    for (const name of names) {
      if (name === this.#name || !await isTaken(this.#queue, name)) continue
      // Without a record it is about to come, or to go.
      const record = await readJsonFile(join(this.#queue, name + recordSuffix), recordSchema).catch(() => undefined)
      if (record !== undefined && (record.training || name < this.#name)) ahead.push(record)
    }
    return ahead
  }
}

/** A place in the queue for a device, taken with its first `turn`. @throws UserError where the user's folder cannot be used */
export async function placeInQueue(device: string, runFolder: string): Promise<QueuePlace> {
  return new QueuePlace(await privateFolder(`queue-${encodeURIComponent(device)}`), runFolder)
}

/** Whether a place is that of a living process; that of a dead one is cleared away. */
async function isTaken(queue: string, name: string): Promise<boolean> {
  const path = join(queue, name + placeSuffix)
  if (await isLocked(path)) return true
  const stale = await takeLock(path)
  if (stale === undefined) return true
  await removePlace(queue, name)
  await stale.release()
  return false
}

async function removePlace(queue: string, name: string): Promise<void> {
  const record = name + recordSuffix
  for (const file of [temporaryPrefix + record, record, name + placeSuffix]) await rm(join(queue, file), { force: true })
}
