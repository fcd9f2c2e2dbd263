/**
 * `trainer_state.json`, field for field as Hugging Face's Trainer writes it (transformers 5, trainer_callback.TrainerState), so that
 * `TrainerState.load_from_json` reads it. That refuses any other field: what only we need to resume is in trainingProgress.ts.
 *
 * Two equal runs write the same bytes but for `clockFields` in rows of `log_history`.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { sortedJson } from '../pretrained/json.ts'
import { measured } from '../protocol/evaluation.ts'
import { replaceFile } from './durable.ts'
import { readCheckpointFile } from './jsonFile.ts'

export const trainerStateFile = 'trainer_state.json'

/** A row of log_history: `loss`, `grad_norm` and `learning_rate`, or `eval_…`, and with either `epoch` and `step`. */
export const logRowSchema = z.record(z.string(), measured)
export type LogRow = z.infer<typeof logRowSchema>

const stateSchema = z.strictObject({
  best_global_step: z.int().nullable(),
  best_metric: z.number().nullable(),
  /** Relative to the run folder, such as `checkpoint-63`. */
  best_model_checkpoint: z.string().nullable(),
  epoch: z.number(),
  eval_steps: z.number(),
  global_step: z.int().min(0),
  is_hyper_param_search: z.boolean(),
  is_local_process_zero: z.boolean(),
  is_world_process_zero: z.boolean(),
  log_history: z.array(logRowSchema),
  logging_steps: z.number(),
  max_steps: z.int(),
  num_input_tokens_seen: z.int(),
  num_train_epochs: z.int(),
  save_steps: z.number(),
  stateful_callbacks: z.record(z.string(), z.unknown()),
  total_flos: z.number(),
  train_batch_size: z.int().nullable(),
  trial_name: z.null(),
  trial_params: z.null(),
})
export type TrainerState = z.infer<typeof stateSchema>

/** What a run's plan says of it, in steps of the optimiser. */
export type TrainerPlan = Pick<TrainerState, 'max_steps' | 'num_train_epochs' | 'logging_steps' | 'eval_steps' | 'save_steps'> & { train_batch_size: number }

/** The state before step 1. */
export function startState(plan: TrainerPlan): TrainerState {
  return {
    best_global_step: null,
    best_metric: null,
    best_model_checkpoint: null,
    epoch: 0,
    global_step: 0,
    is_hyper_param_search: false,
    is_local_process_zero: true,
    is_world_process_zero: true,
    log_history: [],
    num_input_tokens_seen: 0,
    stateful_callbacks: {},
    total_flos: 0,
    trial_name: null,
    trial_params: null,
    ...plan,
  }
}

/** The state with one more row of log_history, of the step and epoch that it has reached. */
export function logged(state: TrainerState, row: LogRow): TrainerState {
  return { ...state, log_history: [...state.log_history, { ...row, epoch: state.epoch, step: state.global_step }] }
}

/** Fields of log_history's rows that tell time, and so differ between two equal runs. */
export const clockFields = [
  'eval_runtime', 'eval_samples_per_second', 'eval_steps_per_second', 'train_runtime', 'train_samples_per_second', 'train_steps_per_second',
] as const

/** Writes the state as Python's `json.dumps(…, indent=2, sort_keys=True)` lays it out. */
export async function writeTrainerState(folder: string, state: TrainerState): Promise<void> {
  await replaceFile(join(folder, trainerStateFile), sortedJson(state))
}

/** @throws UserError for a file that is not such a state */
export async function readTrainerState(folder: string): Promise<TrainerState> {
  return await readCheckpointFile(folder, trainerStateFile, stateSchema)
}
