/** Starts the process of a run so that it outlives the one that asks. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, open, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { childEnvironment } from '../protocol/childEnvironment.ts'
import { UserError, type ErrorArguments, type ErrorCode } from '../protocol/errors.ts'
import type { Settings } from '../protocol/settings.ts'
import { endedBy } from './endCause.ts'
import { readJsonFile } from './jsonFile.ts'
import { withAbsolutePaths } from './sourceNames.ts'
import { logOf, makeEntry, readEntry, removeEntry, type TrainerRecord } from './trainerEntry.ts'

const orderFile = 'order.json'
const pollMilliseconds = 50

const orderSchema = z.object({ settings: z.record(z.string(), z.unknown()), leaveOneCoreFree: z.boolean() })
/** What a trainer is to do. Its settings are checked by itself. */
export type TrainerOrder = z.infer<typeof orderSchema>

/** The order that lies in an entry. */
export function readOrder(entry: string): Promise<TrainerOrder> {
  return readJsonFile(join(entry, orderFile), orderSchema)
}

export interface StartOptions {
  /** `dist/trainer.js` of this version. */
  program: string
  /** One core stays free for the person where there are more than two. */
  leaveOneCoreFree: boolean
  /** The Node that runs it: this process's own when not given. */
  node?: string
  /** Of the account that models and data by name are downloaded with. It goes through a pipe, and is kept in memory only. */
  token?: string
  /** Of its environment, beside those of this process. */
  variables?: Record<string, string>
  /** Aborting before the run has begun ends the trainer; afterwards it changes nothing. */
  signal?: AbortSignal
}

export interface StartedTrainer {
  /** The run folder, without links: as `listRuns` names it. */
  folder: string
  pid: number
  /** `already finished`: the folder holds a finished run with these settings, and the trainer has ended. */
  outcome: 'begun' | 'already finished'
}

/**
 * Starts a trainer and waits until its run has begun: it may be queued then (event `queued`). Relative paths are this process's.
 * @throws UserError what the trainer found wrong with settings, data or model, or `trainer.died` with its log
 */
export async function startTrainer(settings: Settings, { program, leaveOneCoreFree, node = process.execPath, variables = {}, token = '', signal }: StartOptions): Promise<StartedTrainer> {
  signal?.throwIfAborted()
  const entry = await makeEntry()
  const order: TrainerOrder = { settings: withAbsolutePaths(settings), leaveOneCoreFree }
  await writeFile(join(entry, orderFile), JSON.stringify(order))
  const child = await spawnDetached(node, program, entry, { variables, token })
  const record = await outcome(entry, child, signal)
  if (record.outcome !== 'refused') return { folder: record.folder, pid: child.pid!, outcome: record.outcome }
  await removeEntry(entry)
  throw new UserError(record.code as ErrorCode, record.args as ErrorArguments<ErrorCode>)
}

async function spawnDetached(node: string, program: string, entry: string, { variables, token }: { variables: Record<string, string>, token: string }): Promise<ChildProcess> {
  const log = await open(logOf(entry), 'a', 0o600)
  try {
    // No pipe leads back here, where it would break when this process ends; the one for the token is at its end at once.
    const child = spawn(node, [program, entry], {
      detached: true, cwd: dirname(entry), windowsHide: true, stdio: ['pipe', log.fd, log.fd], env: { ...childEnvironment(), ...variables, ELECTRON_RUN_AS_NODE: '1' },
    })
    child.stdin!.on('error', () => {}).end(token)
    await once(child, 'spawn')
    child.unref()
    // A process that is killed cannot say so: who started it can, if it is still there.
    child.on('exit', (_, signal) => { if (signal !== null) appendFile(logOf(entry), `${endedBy}${signal}\n`).catch(() => {}) })
    return child
  } finally {
    await log.close()
  }
}

/** What the trainer writes into its entry when it has begun, or cannot. */
async function outcome(entry: string, child: ChildProcess, signal?: AbortSignal): Promise<TrainerRecord> {
  for (;;) {
    const hasEnded = child.exitCode !== null || child.signalCode !== null
    const record = await readEntry(entry)
    if (record !== undefined) return record
    if (hasEnded) {
      signal?.throwIfAborted()
      throw new UserError('trainer.died', { how: child.signalCode ?? `exit code ${child.exitCode}`, log: logOf(entry) })
    }
    if (signal?.aborted) child.kill()
    await setTimeout(pollMilliseconds)
  }
}
