/** Why a run that did not finish ended, as far as anything tells. What is read was written by anyone: it is text to show, no more. */
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { EndEvent } from '../protocol/events.ts'
import { readEvents } from './eventLog.ts'
import { eventsFile } from './runFolder.ts'
import { trainerLog } from './trainerClient.ts'

/** The end of a file is enough: what matters stands there. */
const tailBytes = 64 << 10
/** How a trainer's log begins the line that tells which signal ended its process. */
export const endedBy = 'ended by '

/** A signal that killed the process, a mistake that a person can mend, or the message of any other error: each surface words it. */
export type EndCause = { signal: string } | { mistake: NonNullable<EndEvent['mistake']>, message: string } | { message: string }

/** The failure that a run has on record. */
export async function failureOf(runFolder: string): Promise<EndCause | undefined> {
  const path = join(runFolder, eventsFile)
  const { events } = await tailStart(path).then((from) => readEvents(path, from)).catch(() => ({ events: [] }))
  const end = events.flatMap((event) => event.type === 'end' ? [event] : []).at(-1)
  if (end?.error === undefined) return undefined
  const { error: message, mistake } = end
  return mistake === undefined ? { message } : { mistake, message }
}

/** What killed the process of an interrupted run: the signal, where the window that started it saw it end, or the error that it died of. */
export async function crashOf(runFolder: string): Promise<EndCause | undefined> {
  const path = await trainerLog(runFolder)
  const lines = path === undefined ? [] : (await readTail(path)).split('\n')
  const told = lines.findLast((line) => line.startsWith(endedBy) || /^\w*Error\b.*:/.test(line))
  if (told === undefined) return undefined
  return told.startsWith(endedBy) ? { signal: told.slice(endedBy.length) } : { message: told }
}

async function readTail(path: string): Promise<string> {
  const file = await open(path, 'r')
  try {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(tailBytes), position: await tailStart(path) })
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

async function tailStart(path: string): Promise<number> {
  return Math.max(0, (await stat(path)).size - tailBytes)
}
