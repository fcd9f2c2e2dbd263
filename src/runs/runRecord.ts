/** `run.json`: what a run is, and how far it came. Replaced as a whole, by the holder of the run's lock alone. */
import { join } from 'node:path'
import { z } from 'zod'
import { appliedCorrectionSchema } from '../protocol/appliedCorrection.ts'
import { UserError } from '../protocol/errors.ts'
import { commitPattern } from '../protocol/hubName.ts'
import { settingsSchema, type Settings } from '../protocol/settings.ts'
import { spaceError } from './diskSpace.ts'
import { replaceFile } from './durable.ts'
import { renameSources, withEmbeddedName, withoutEmbeddedName } from './embeddedNames.ts'
import { environmentSchema } from './environment.ts'
import { readJsonFile } from './jsonFile.ts'
import { logRowSchema } from './trainerState.ts'

export const runRecordFile = 'run.json'

/** A name on the Hub with the commit that it stood for. */
const hubOriginSchema = z.object({ id: z.string(), revision: z.string(), commit: z.string().regex(commitPattern) })
export type HubOrigin = z.infer<typeof hubOriginSchema>

const recordSchema = z.object({
  format: z.literal(1),
  /**
   * `starting`, and `queued` where it waits for the device, until step 1 is done: there is nothing to keep yet. `paused` also while
   * it waits later on. One in any of these, or running, that holds no lock was interrupted.
   */
  state: z.enum(['starting', 'queued', 'running', 'paused', 'stopped', 'failed', 'finished']),
  created: z.iso.datetime(),
  updated: z.iso.datetime(),
  /** Who holds, or last held, the lock. */
  process: z.object({ pid: z.int(), started: z.iso.datetime() }),
  settings: settingsSchema.transform((settings) => renameSources(settings as Settings, withoutEmbeddedName)),
  /** What of it came from the Hub. */
  origins: z.object({ model: hubOriginSchema.nullable(), dataset: hubOriginSchema.nullable() }).default({ model: null, dataset: null }),
  /** Hashes of what training reads; null while that is being downloaded. */
  fingerprints: z.object({ data: z.string(), model: z.string() }).nullable(),
  /** Labels that a person had put right when it began. */
  corrections: z.array(appliedCorrectionSchema).default([]),
  /** Null until the device is known. */
  environment: environmentSchema.nullable(),
  /** The row of log_history of the best evaluation so far. */
  best: logRowSchema.nullable(),
})
export type RunRecord = z.infer<typeof recordSchema>

/** The record in a folder, or undefined where there is none. @throws UserError for a file that is not such a record */
export async function readRunRecord(folder: string): Promise<RunRecord | undefined> {
  const path = join(folder, runRecordFile)
  try {
    return await readJsonFile(path, recordSchema)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new UserError('run.unreadable', { path, reason: (error as Error).message })
  }
}

/** @throws UserError where the disk is full */
export async function writeRunRecord(folder: string, record: RunRecord): Promise<void> {
  const text = JSON.stringify({ ...record, settings: renameSources(record.settings, withEmbeddedName) }, null, 2) + '\n'
  try {
    await replaceFile(join(folder, runRecordFile), text)
  } catch (error) {
    throw spaceError(error, folder, text.length, runRecordFile)
  }
}
