/**
 * `events.jsonl`: one event a line, only ever appended to. A kill may tear the last line: readers leave it until it is whole, and
 * the next writer cuts it off.
 */
import { appendFileSync, closeSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { runEventSchema, type RunEvent } from '../protocol/events.ts'
import { spaceError } from './diskSpace.ts'

const newline = 0x0a

/** The writer. It belongs to the process that holds the run's lock. */
export class EventLog {
  readonly #path: string
  readonly #file: number
  #length: number

  /** Opens the log, makes it where there is none, and cuts off a torn last line. */
  constructor(path: string) {
    this.#path = path
    this.#file = openSync(path, 'a+')
    const content = readFileSync(this.#file)
    this.#length = content.lastIndexOf(newline) + 1
    if (this.#length < content.length) ftruncateSync(this.#file, this.#length)
  }

  /** @throws UserError where the disk is full; the log is then as it was before */
  append(event: RunEvent): void {
    const line = Buffer.from(JSON.stringify(event) + '\n')
    try {
      appendFileSync(this.#file, line)
      this.#length += line.length
    } catch (error) {
      ftruncateSync(this.#file, this.#length)
      throw spaceError(error, dirname(this.#path), line.length, 'the event log')
    }
  }

  /** Brings all events to the disk, so that none older than a checkpoint is lost. */
  sync(): void {
    fsyncSync(this.#file)
  }

  close(): void {
    closeSync(this.#file)
  }
}

export interface EventsRead {
  /** Lines that are no event (of this version) are left out. */
  events: RunEvent[]
  /** Where to read on from, in bytes. */
  next: number
}

/** Reads the whole lines of a log from byte `from` on, while it may be written; those within `limit` bytes. */
export async function readEvents(path: string, from = 0, limit = Infinity): Promise<EventsRead> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const bytes = Buffer.alloc(Math.min(limit, Math.max(0, size - from)))
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from)
    const whole = bytes.subarray(0, bytes.subarray(0, bytesRead).lastIndexOf(newline) + 1)
    const events = whole.toString('utf8').split('\n').flatMap(eventIn)
    return { events, next: from + whole.length }
  } finally {
    await file.close()
  }
}

function eventIn(line: string): RunEvent[] {
  try {
    return [runEventSchema.parse(JSON.parse(line))]
  } catch {
    return []
  }
}
