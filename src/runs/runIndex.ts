/**
 * The runs of this user, wherever their folders are: one small file per run in the user's data folder, so that processes that add
 * runs at once never write the same file.
 */
import { createHash } from 'node:crypto'
import { mkdir, readdir, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import envPaths from 'env-paths'
import { z } from 'zod'
import { replaceFile, temporaryPrefix } from './durable.ts'
import { readJsonFile } from './jsonFile.ts'
import { isLive } from './runFolder.ts'
import { readRunRecord, type RunRecord } from './runRecord.ts'

const entrySchema = z.object({ folder: z.string() })

export interface RunSummary {
  folder: string
  state: 'queued' | 'running' | 'paused' | 'interrupted' | 'stopped' | 'failed' | 'finished'
  created: string
  model_name_or_path: string
  dataset: readonly string[]
  /** Of the best model so far; null before the first evaluation. */
  accuracy: number | null
}

/** `$XDG_DATA_HOME/finetune/runs`, `~/Library/Application Support/finetune/runs` or `%LOCALAPPDATA%\finetune\Data\runs`. */
export function indexFolder(): string {
  return join(envPaths('finetune', { suffix: '' }).data, 'runs')
}

/** Makes a run known. Doing so again changes nothing. */
export async function registerRun(runFolder: string, index = indexFolder()): Promise<void> {
  const folder = await realpath(runFolder)
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 32)
  await mkdir(index, { recursive: true })
  await replaceFile(join(index, `${name}.json`), JSON.stringify({ folder } satisfies z.infer<typeof entrySchema>) + '\n')
}

/**
 * All known runs, the newest first. Those that are gone are forgotten.
 * @param isRunning whether a living process writes the run in a folder: by default its lock is asked, which takes native code
 */
export async function listRuns(index = indexFolder(), isRunning = isLive): Promise<RunSummary[]> {
  const entries = (await readdir(index).catch(() => [])).filter((name) => !name.startsWith(temporaryPrefix))
  const found = await Promise.all(entries.map((name) => registered(join(index, name), isRunning)))
  return found.filter((summary) => summary !== undefined).sort(newestFirst)
}

export function newestFirst(a: RunSummary, b: RunSummary): number {
  return a.created < b.created ? 1 : -1
}

async function registered(entry: string, isRunning: typeof isLive): Promise<RunSummary | undefined> {
  const found = await readJsonFile(entry, entrySchema).catch(() => undefined)
  if (found === undefined) return undefined
  const { folder } = found
  const record = await readRunRecord(folder).catch(() => 'unreadable' as const)
  if (record === undefined) await rm(entry, { force: true })
  return record === undefined || record === 'unreadable' ? undefined : summaryOf(folder, record, isRunning)
}

/** A run by its record. @param isRunning as for `listRuns` */
export async function summaryOf(folder: string, record: RunRecord, isRunning = isLive): Promise<RunSummary> {
  return {
    folder,
    state: await stateOf(folder, record, isRunning),
    created: record.created,
    model_name_or_path: record.settings.model_name_or_path,
    dataset: record.settings.dataset,
    accuracy: record.best?.eval_accuracy ?? null,
  }
}

/** A record says `running`, say, until its process says otherwise: whether that still lives must be asked (if it can be). */
async function stateOf(folder: string, { state }: RunRecord, isRunning: typeof isLive): Promise<RunSummary['state']> {
  if (state === 'stopped' || state === 'failed' || state === 'finished') return state
  if (!await isRunning(folder).catch(() => false)) return 'interrupted'
  return state === 'starting' ? 'running' : state
}
