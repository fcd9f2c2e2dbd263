/**
 * `checkpoint-N/` folders of a run. Each is written under a temporary name, brought to the disk, recorded as complete and renamed:
 * a kill at any moment leaves the earlier ones untouched and at most something temporary, which `recoverCheckpoints` clears up.
 * Only the holder of the run's lock writes.
 */
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { complete, isComplete } from './completion.ts'
import { requireSpace, spaceError } from './diskSpace.ts'
import { syncFolder, temporaryPrefix } from './durable.ts'

export interface Checkpoint {
  /** Optimiser steps done. */
  step: number
  folder: string
}

/** The complete checkpoints of a run, by step. */
export async function listCheckpoints(runFolder: string): Promise<Checkpoint[]> {
  const found = (await readdir(runFolder)).flatMap((name) => named(/^checkpoint-(0|[1-9]\d{0,14})$/, name, runFolder))
  const whole = await Promise.all(found.map(({ folder, step }) => isComplete(folder, step)))
  return found.filter((_, index) => whole[index]).sort((a, b) => a.step - b.step)
}

export interface CheckpointWrite {
  step: number
  /** Size to expect, asked for on the disk before anything is written. */
  bytes: number
  /** Writes the files into a folder, which will be renamed. */
  write: (folder: string) => Promise<void>
}

/**
 * Writes `checkpoint-N`, in place of one that is there.
 * @throws UserError where the disk has no room; earlier checkpoints are then as they were
 */
export async function writeCheckpoint(runFolder: string, { step, bytes, write }: CheckpointWrite): Promise<Checkpoint> {
  const checkpoint = checkpointOf(runFolder, step)
  const what = checkpointName(step)
  const temporary = join(runFolder, temporaryPrefix + what)
  requireSpace(runFolder, bytes, what)
  try {
    await mkdir(temporary)
    await write(temporary)
    await complete(temporary, step)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw spaceError(error, runFolder, bytes, what)
  }
  await putInPlace(runFolder, temporary, checkpoint)
  return checkpoint
}

/** After a kill: gives a complete checkpoint that lacked only its name that name, and removes everything else that is temporary. */
export async function recoverCheckpoints(runFolder: string): Promise<void> {
  const names = await readdir(runFolder)
  for (const { folder, step } of names.flatMap((name) => named(/^\.tmp-checkpoint-(0|[1-9]\d{0,14})$/, name, runFolder))) {
    if (await isComplete(folder, step)) await putInPlace(runFolder, folder, checkpointOf(runFolder, step))
  }
  for (const name of names.filter((name) => name.startsWith(temporaryPrefix))) {
    await rm(join(runFolder, name), { recursive: true, force: true })
  }
}

/**
 * Keeps the newest `save_total_limit` checkpoints (null: all), and among them always the last and the best one, as Trainer does:
 * with a limit of 1 and a best that is not the last, two stay.
 */
export async function rotateCheckpoints(runFolder: string, save_total_limit: number | null, bestStep: number | null): Promise<void> {
  if (save_total_limit === null) return
  const checkpoints = await listCheckpoints(runFolder)
  const last = checkpoints.at(-1)?.step
  const removable = checkpoints.filter(({ step }) => step !== last && step !== bestStep)
  const kept = Math.max(save_total_limit, checkpoints.length - removable.length)
  for (const checkpoint of removable.slice(0, checkpoints.length - kept)) await remove(runFolder, checkpoint)
}

/** Removes what an earlier attempt wrote after the step that training goes on from: it will be written again. */
export async function removeCheckpointsAfter(runFolder: string, step: number): Promise<void> {
  for (const checkpoint of await listCheckpoints(runFolder)) {
    if (checkpoint.step > step) await remove(runFolder, checkpoint)
  }
}

/** The name of a checkpoint's folder within its run: what trainer_state.json calls `best_model_checkpoint`. */
export function checkpointName(step: number): string {
  return `checkpoint-${step}`
}

function checkpointOf(runFolder: string, step: number): Checkpoint {
  return { step, folder: join(runFolder, checkpointName(step)) }
}

async function putInPlace(runFolder: string, temporary: string, checkpoint: Checkpoint): Promise<void> {
  await remove(runFolder, checkpoint)
  await rename(temporary, checkpoint.folder)
  await syncFolder(runFolder)
}

/** Removes a checkpoint, if it is there, so that a kill midway leaves nothing that looks like one. */
async function remove(runFolder: string, { step, folder }: Checkpoint): Promise<void> {
  const removed = join(runFolder, `${temporaryPrefix}removed-${checkpointName(step)}`)
  try {
    await rename(folder, removed)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  await rm(removed, { recursive: true })
}

function named(pattern: RegExp, name: string, runFolder: string): Checkpoint[] {
  const step = pattern.exec(name)?.[1]
  return step === undefined ? [] : [{ step: Number(step), folder: join(runFolder, name) }]
}
