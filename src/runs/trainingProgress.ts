/**
 * `training_progress.json` of a checkpoint: counters and running sums that a resumed run needs beside trainer_state.json, which may
 * have Trainer's own fields only. The place in the epoch follows from `global_step`, randomness from seed and step.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readCheckpointFile } from './jsonFile.ts'

export const trainingProgressFile = 'training_progress.json'

const progressSchema = z.strictObject({
  /** Sum of the steps' losses since the last logged row, in double. */
  loss_since_log: z.number(),
  /** The step of that row; 0 before the first. */
  logged_step: z.int().min(0),
  /** Sum of the losses of all steps up to that row: what the whole run's `train_loss` is the mean of. */
  loss_until_log: z.number(),
  /** Training rows and their tokens without padding, over all epochs. */
  rows_seen: z.int().min(0),
  tokens_seen: z.int().min(0),
  /** Seconds spent in training steps, by the clock. */
  train_runtime: z.number().min(0),
  /** Steps that changed nothing, as gradients in float16 overflowed: neither AdamW's t nor the schedule counts them. */
  skipped_steps: z.int().min(0).default(0),
  /** As in torch's GradScaler.state_dict(), after training in float16. */
  grad_scaler: z.object({ scale: z.number().positive(), growth_tracker: z.int().min(0) }).optional(),
})
export type TrainingProgress = z.infer<typeof progressSchema>

/** Before step 1. */
export const noProgress: TrainingProgress = { loss_since_log: 0, logged_step: 0, loss_until_log: 0, rows_seen: 0, tokens_seen: 0, train_runtime: 0, skipped_steps: 0 }

export async function writeTrainingProgress(folder: string, progress: TrainingProgress): Promise<void> {
  await writeFile(join(folder, trainingProgressFile), JSON.stringify(progress, null, 2) + '\n')
}

/** @throws UserError for a file that is not such a record */
export async function readTrainingProgress(folder: string): Promise<TrainingProgress> {
  return await readCheckpointFile(folder, trainingProgressFile, progressSchema)
}
