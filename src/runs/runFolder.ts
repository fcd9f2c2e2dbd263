/**
 * A run's folder as its one writer has it: nothing is made before `begin`, and what a start that failed before step 1 had made is
 * gone after `close`. Checkpoints, publishing and reading are functions of their own over `folder`.
 */
import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { UserError } from '../protocol/errors.ts'
import { recoverCheckpoints } from './checkpoints.ts'
import { temporaryPrefix } from './durable.ts'
import { EventLog } from './eventLog.ts'
import { isLocked, takeLock, type Lock } from './lock.ts'
import { readRunRecord, runRecordFile, writeRunRecord, type RunRecord } from './runRecord.ts'

export const eventsFile = 'events.jsonl'
const lockFile = '.lock'
const ignoreFile = '.gitignore'
const ignoreAll = '*\n'

/**
 * Opens the folder that a run is to write. A folder with a run is locked from here on, and what a kill left in it is cleared up.
 * @throws UserError for a folder with anything else in it, a run that is live, a record that cannot be read
 */
export async function openRun(output_dir: string): Promise<Run> {
  const folder = resolve(output_dir)
  const names = await namesIn(folder)
  if (!names.includes(runRecordFile)) {
    if (!names.every(isOfAStart)) throw new UserError('run.not-ours', { folder })
    return new Run(folder)
  }
  const lock = await lockFolder(folder)
  try {
    const record = await readRunRecord(folder)
    await recoverCheckpoints(folder)
    return new Run(folder, lock, record)
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** Whether a living process writes the run in this folder. */
export function isLive(folder: string): Promise<boolean> {
  return isLocked(join(folder, lockFile))
}

/** What a run begins, or goes on, with. `best` is that of the checkpoint it goes on from. */
export type RunDetails = Pick<RunRecord, 'settings' | 'origins' | 'fingerprints' | 'corrections' | 'environment' | 'best'>

export class Run {
  readonly folder: string
  #lock: Lock | undefined
  #record: RunRecord | undefined
  #events: EventLog | undefined
  /** The topmost folder that begin() made. */
  #made: string | undefined

  /** With the lock and the record of the run that the folder has, or without both. Use openRun. */
  constructor(folder: string, lock?: Lock, record?: RunRecord) {
    this.folder = folder
    this.#lock = lock
    this.#record = record
  }

  /** The run that the folder has: undefined where there is none, or one that was killed before its first step. */
  get record(): RunRecord | undefined {
    const isBeforeStep1 = this.#record?.state === 'starting' || this.#record?.state === 'queued'
    return isBeforeStep1 ? undefined : this.#record
  }

  /** Whether this process has begun it: who follows it sees its events. */
  get hasBegun(): boolean {
    return this.#events !== undefined
  }

  get events(): EventLog {
    if (this.#events === undefined) throw new Error('the run has not begun')
    return this.#events
  }

  /**
   * Makes the folder with what every run has, or goes on with the run that is there; called again, records what is known by then. Close the run whether this succeeds or not.
   * @throws UserError where the folder cannot be written, or another process was faster
   */
  async begin(details: RunDetails): Promise<void> {
    if (this.#events !== undefined) return this.update(details)
    if (this.#lock === undefined) await this.#make()
    if (this.record === undefined) await rm(join(this.folder, eventsFile), { force: true })
    const now = new Date().toISOString()
    await this.#write({
      format: 1,
      state: this.record === undefined ? 'starting' : 'running',
      created: this.record?.created ?? now,
      updated: now,
      process: { pid: process.pid, started: new Date(performance.timeOrigin).toISOString() },
      ...details,
    })
    this.#events = new EventLog(join(this.folder, eventsFile))
  }

  /** Records how far the run is. Once it has been `running` the folder stays, whatever happens. */
  async update(changes: Partial<RunDetails & Pick<RunRecord, 'state'>>): Promise<void> {
    if (this.#record === undefined) throw new Error('the run has not begun')
    await this.#write({ ...this.#record, ...changes, updated: new Date().toISOString() })
  }

  /** Lets go of the folder. One in which no step was done is removed. */
  async close(): Promise<void> {
    this.#events?.close()
    if (this.#lock === undefined) return this.#removeFolders()
    if (this.record === undefined) await this.#unmake()
    await this.#lock.release()
    this.#lock = undefined
  }

  async #write(record: RunRecord): Promise<void> {
    await writeRunRecord(this.folder, record)
    this.#record = record
  }

  async #make(): Promise<void> {
    try {
      this.#made = await mkdir(this.folder, { recursive: true })
      this.#lock = await lockFolder(this.folder)
      await writeFile(join(this.folder, ignoreFile), ignoreAll, { flag: 'wx' }).catch(unlessThere)
    } catch (error) {
      throw cannotWrite(this.folder, error)
    }
    if (!(await namesIn(this.folder)).every(isOfAStart)) {
      // Another process used the folder since openRun looked: what is in it is not ours to remove.
      await this.#lock.release()
      this.#lock = undefined
      throw new UserError('run.not-ours', { folder: this.folder })
    }
  }

  async #unmake(): Promise<void> {
    const ignoreIsOurs = await readFile(join(this.folder, ignoreFile), 'utf8').then((text) => text === ignoreAll, () => false)
    const temporary = (await namesIn(this.folder)).filter((name) => name.startsWith(temporaryPrefix))
    for (const name of [runRecordFile, eventsFile, ...temporary, ...ignoreIsOurs ? [ignoreFile] : [], lockFile]) {
      await rm(join(this.folder, name), { recursive: true, force: true })
    }
    await this.#removeFolders()
  }

  /** Removes the folders that begin() made, as long as nobody has put anything in them. */
  async #removeFolders(): Promise<void> {
    if (this.#made === undefined) return
    for (let folder = this.folder; folder.length >= this.#made.length; folder = dirname(folder)) {
      if (!await rmdir(folder).then(() => true, () => false)) return
    }
  }
}

async function lockFolder(folder: string): Promise<Lock> {
  const lock = await takeLock(join(folder, lockFile)).catch((error) => { throw cannotWrite(folder, error) })
  if (lock !== undefined) return lock
  const record = await readRunRecord(folder).catch(() => undefined)
  throw new UserError('run.live', { folder, pid: record?.process.pid ?? 'unknown', since: record?.process.started ?? 'just now' })
}

/** What a folder may have before a run is recorded in it: what begin() makes first, should it be killed there. */
function isOfAStart(name: string): boolean {
  return name === lockFile || name === ignoreFile || name.startsWith(temporaryPrefix)
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    if (code === 'ENOTDIR') throw new UserError('run.not-a-folder', { folder })
    throw cannotWrite(folder, error)
  }
}

function cannotWrite(folder: string, error: unknown): UserError {
  return error instanceof UserError ? error : new UserError('run.cannot-write', { folder, reason: (error as Error).message })
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
