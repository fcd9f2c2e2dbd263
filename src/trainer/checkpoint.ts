/** What a checkpoint holds: the model as transformers reads it, AdamW's moments, and every counter that going on needs. */
import { join } from 'node:path'
import { openSafetensors, readTensorInto } from '../pretrained/safetensors.ts'
import { writeModelFolder, type ModelFile } from '../pretrained/modelFolder.ts'
import { writeSafetensors } from '../pretrained/writeSafetensors.ts'
import type { Optimizer, Slot } from '../optim/optimizer.ts'
import { readTrainerState, writeTrainerState, type TrainerState } from '../runs/trainerState.ts'
import { readTrainingProgress, writeTrainingProgress, type TrainingProgress } from '../runs/trainingProgress.ts'

const moments = { exp_avg: 'm', exp_avg_sq: 'v' } as const satisfies Record<string, keyof Slot>
const optimizerFile = 'optimizer.safetensors'

export interface TrainingState {
  state: TrainerState
  progress: TrainingProgress
}

/** Bytes of a checkpoint's tensors: the values and two moments each. */
export function checkpointBytes({ slots }: Pick<Optimizer, 'slots'>): number {
  return 3 * modelBytes({ slots })
}

export function modelBytes({ slots }: Pick<Optimizer, 'slots'>): number {
  return [...slots.values()].reduce((sum, { value }) => sum + value.byteLength, 0)
}

/** Writes everything into `folder`. What was trained must be there (TrainingEngine.toHost). */
export async function writeCheckpointFiles(folder: string, files: readonly ModelFile[], { slots }: Pick<Optimizer, 'slots'>, { state, progress }: TrainingState): Promise<void> {
  const all = [...slots.values()]
  await writeModelFolder(folder, files, all.map(({ name, shape, value }) => ({ name, shape, data: () => value })))
  await writeSafetensors(join(folder, optimizerFile), all.flatMap((slot) => Object.entries(moments).map(([kind, field]) => (
    { name: `${kind}.${slot.name}`, dtype: 'F32' as const, shape: slot.shape, data: () => slot[field] }))))
  await writeTrainerState(folder, state)
  await writeTrainingProgress(folder, progress)
}

/** Reads a checkpoint's values alone. */
export async function readValues(folder: string, { slots }: Pick<Optimizer, 'slots'>): Promise<void> {
  const model = await openSafetensors(join(folder, 'model.safetensors'))
  for (const { name, value } of slots.values()) await readTensorInto(model, name, value)
}

/** Reads a checkpoint back into the optimiser's memory; returns where training stood. */
export async function readCheckpointFiles(folder: string, optimizer: Pick<Optimizer, 'slots' | 'loaded'>): Promise<TrainingState> {
  await readValues(folder, optimizer)
  const state = await openSafetensors(join(folder, optimizerFile))
  for (const slot of optimizer.slots.values()) {
    for (const [kind, field] of Object.entries(moments)) await readTensorInto(state, `${kind}.${slot.name}`, slot[field])
  }
  optimizer.loaded()
  return { state: await readTrainerState(folder), progress: await readTrainingProgress(folder) }
}
