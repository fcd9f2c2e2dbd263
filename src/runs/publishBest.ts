/** The best model at the top of the run folder, as save_pretrained lays it out: what `predict`, Python and transformers.js read. */
import { constants } from 'node:fs'
import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Checkpoint } from './checkpoints.ts'
import { completionRecord } from './completion.ts'
import { spaceError } from './diskSpace.ts'
import { filesUnder, syncFile, syncFolder, temporaryPrefix } from './durable.ts'
import { trainerStateFile } from './trainerState.ts'
import { trainingProgressFile } from './trainingProgress.ts'

/** What a checkpoint has beside the model. */
const forTrainingOnly = [completionRecord, trainerStateFile, trainingProgressFile, 'optimizer.safetensors']

export interface Publication {
  best: Checkpoint
  /** Size of the model's files. */
  bytes: number
  /** Writes what the checkpoint does not have, such as `onnx/model.onnx`, into a folder laid out as the run folder. */
  write?: (folder: string) => Promise<void>
}

/**
 * Puts the files of the best model at the top of the run folder, each whole at any moment, `model.safetensors` last. After a kill
 * they may be of two models: whoever resumes a run publishes again.
 *
 * They are copies (which share their blocks where the file system can), no hard links: a script that overwrites its model in
 * place must not reach into the checkpoint.
 * @throws UserError where the disk has no room
 */
export async function publishBest(runFolder: string, { best, bytes, write }: Publication): Promise<void> {
  const staging = join(runFolder, `${temporaryPrefix}model`)
  try {
    await mkdir(staging)
    for (const name of await filesUnder(best.folder)) {
      if (!forTrainingOnly.includes(name)) await copyTo(staging, name, best.folder)
    }
    await write?.(staging)
    await moveAll(staging, runFolder)
  } catch (error) {
    throw spaceError(error, runFolder, bytes, 'the finished model')
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function copyTo(folder: string, name: string, from: string): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true })
  await copyFile(join(from, name), join(folder, name), constants.COPYFILE_FICLONE)
}

async function moveAll(staging: string, runFolder: string): Promise<void> {
  const names = await filesUnder(staging)
  for (const name of names) await syncFile(join(staging, name))
  const weightsLast = [...names.filter((name) => name !== 'model.safetensors'), ...names.filter((name) => name === 'model.safetensors')]
  for (const name of weightsLast) {
    await mkdir(dirname(join(runFolder, name)), { recursive: true })
    await rename(join(staging, name), join(runFolder, name))
  }
  for (const folder of new Set(names.map((name) => dirname(name)))) await syncFolder(join(runFolder, folder))
}
