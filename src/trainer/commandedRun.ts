/** A run that windows can find, stop, pause and resume: fineTune() with a socket for commands. */
import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { RunEvent } from '../protocol/events.ts'
import type { RunResult } from '../protocol/runResult.ts'
import type { Settings } from '../protocol/settings.ts'
import { PublishingAtEnd } from '../publish/pending.ts'
import { serveCommands, type CommandServer } from '../runs/commandServer.ts'
import { processStart } from '../runs/processStart.ts'
import { makeEntry, removeEntry, removeOldEntries, writeEntry } from '../runs/trainerEntry.ts'
import { Company } from './company.ts'
import { fineTune } from './fineTune.ts'
import { Wishes } from './wishes.ts'

export interface CommandedRunOptions {
  /**
   * That of the trainer. When not given the run has one from its beginning to its end, without a log, and is a terminal's: no window's
   * end can stop it.
   */
  entry?: string
  /** Aborting stops after the step under way, with a checkpoint, as the command `stop` does. */
  signal: AbortSignal
  onEvent(event: RunEvent): void
  threads?: number
  token?: string
  onBegun?(): void
  /** Milliseconds that a finished run which is to be published waits for a window to give it an account; it does not where not given. */
  waitToPublish?: number
}

/** Trains as fineTune does, and takes commands once the run has begun. */
export async function commandedRun(settings: Settings, { entry, signal, onEvent, threads, token, onBegun, waitToPublish }: CommandedRunOptions): Promise<RunResult> {
  const wishes = new Wishes()
  const stop = new AbortController()
  const company = new Company(() => stop.abort())
  if (signal.aborted) stop.abort()
  signal.addEventListener('abort', () => stop.abort(), { once: true })
  const publishing = new PublishingAtEnd(settings, stop.signal)
  let made: string | undefined
  let server: CommandServer | undefined
  try {
    const result = await fineTune(settings, {
      signal: stop.signal, onEvent, threads, token, wishes,
      async onBegun(folder) {
        const ours = entry ?? (made = await makeEntry())
        server = await serveCommands(ours, {
          stop: () => stop.abort(), pause: () => wishes.pause(), resume: () => wishes.resume(), save: () => wishes.save(),
          stopWhenAlone: (closed) => { if (entry !== undefined) company.join(closed) }, continueWhenAlone: () => company.dissolve(),
          publish: (order, from) => publishing.order(order, from),
        })
        const { address, key } = server
        const started = await processStart(process.pid) ?? null
        await writeEntry(ours, { outcome: 'begun', folder: await realpath(folder), pid: process.pid, processStart: started, address, key })
        await removeOldEntries()
        onBegun?.()
      },
    })
    if (result.outcome === 'finished' && settings.push_to_hub && waitToPublish !== undefined) await publishing.wait(resolve(settings.output_dir), waitToPublish)
    return result
  } finally {
    company.dissolve()
    await server?.close()
    if (made !== undefined) await removeEntry(made)
  }
}
