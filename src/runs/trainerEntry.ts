/**
 * What the processes of runs leave for windows to find, in a folder of this user alone: one entry a process, named by when it was
 * made. An entry outlives its process for its log's sake; who is alive answers at its address.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile } from './durable.ts'
import { readJsonFile } from './jsonFile.ts'
import { privateFolder } from './privateFolder.ts'

const recordFile = 'trainer.json'
const logFile = 'log.txt'
const claimFile = 'told'
/** As many logs of former trainers stay. */
const keptEntries = 20

const begunSchema = z.object({
  outcome: z.literal('begun'),
  /** Of the run, without links. */
  folder: z.string(),
  pid: z.int().min(1),
  /** See processStart; null where the system does not tell. */
  processStart: z.string().nullable(),
  /** Of its socket or named pipe. */
  address: z.string(),
  /** See trainerCommands. */
  key: z.string(),
})

/** How the start of a trainer went. */
const recordSchema = z.discriminatedUnion('outcome', [
  begunSchema,
  z.object({ outcome: z.literal('already finished'), folder: z.string() }),
  z.object({ outcome: z.literal('refused'), code: z.string(), args: z.record(z.string(), z.union([z.string(), z.number()])) }),
])
export type TrainerRecord = z.infer<typeof recordSchema>
export type BegunTrainer = z.infer<typeof begunSchema>

/** Makes an entry without a record, and returns its folder. */
export async function makeEntry(): Promise<string> {
  const name = `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`
  const entry = join(await entriesFolder(), name)
  await mkdir(entry, { mode: 0o700 })
  return entry
}

export async function writeEntry(entry: string, record: TrainerRecord): Promise<void> {
  await replaceFile(join(entry, recordFile), JSON.stringify(record) + '\n')
}

/** Undefined where the start is still under way, or never came to an end. */
export async function readEntry(entry: string): Promise<TrainerRecord | undefined> {
  return readJsonFile(join(entry, recordFile), recordSchema).catch(() => undefined)
}

export async function removeEntry(entry: string): Promise<void> {
  await rm(entry, { recursive: true, force: true })
}

/** What a trainer prints. */
export function logOf(entry: string): string {
  return join(entry, logFile)
}

export interface FoundTrainer {
  entry: string
  record: BegunTrainer
}

/** The processes that began the run in a folder, dead ones too, the newest first. The run folder itself is not read. */
export async function trainersOf(runFolder: string): Promise<FoundTrainer[]> {
  const folder = await realpath(runFolder).catch(() => undefined)
  const found: FoundTrainer[] = []
  for (const entry of await entries()) {
    const record = await readEntry(entry)
    if (record?.outcome === 'begun' && record.folder === folder) found.push({ entry, record })
  }
  return found
}

/**
 * Whether it is the caller's to tell of the end of the run in a folder: the first one's who asks, of all windows. What a terminal trained
 * has no entry any more, and the terminal told.
 */
export async function claimEnd(runFolder: string): Promise<boolean> {
  const [last] = await trainersOf(runFolder)
  if (last === undefined) return false
  return writeFile(join(last.entry, claimFile), '', { flag: 'wx' }).then(() => true, () => false)
}

/** Removes all but the newest entries, never that of a process which is alive. */
export async function removeOldEntries(): Promise<void> {
  for (const entry of (await entries()).slice(keptEntries)) {
    const record = await readEntry(entry)
    if (record?.outcome !== 'begun' || !await isReachable(record.address)) await removeEntry(entry)
  }
}

/** The newest first. */
async function entries(): Promise<string[]> {
  const folder = await entriesFolder()
  return (await readdir(folder)).sort().reverse().map((name) => join(folder, name))
}

function entriesFolder(): Promise<string> {
  return privateFolder('trainers')
}

/** Whether anybody listens there: where a process has died, nobody does. */
export function isReachable(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'))
  })
}
