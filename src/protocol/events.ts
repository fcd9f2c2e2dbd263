/**
 * The events of a run: what a trainer says and a run folder remembers, one JSON object a line, only ever appended. Every view
 * of a run is a pure reduction of them (runView.ts). A run folder is untrusted input, so they are checked when read.
 */
import { z } from 'zod'
import { evaluationSchema, measured } from './evaluation.ts'
import { problemTypes } from './problemType.ts'

const time = z.iso.datetime()

/** What is known before the first step. */
export const preflightSchema = z.object({
  type: z.literal('preflight'),
  time,
  /** `cpu`, or the name of a device. */
  device: z.string(),
  /** Why that one and no faster one. */
  device_reason: z.string(),
  threads: z.number(),
  train_rows: z.number(),
  eval_rows: z.number(),
  label_names: z.array(z.string()),
  problem_type: z.enum(problemTypes).optional(),
  /** Training rows with each of them. */
  label_rows: z.array(z.number()).optional(),
  max_steps: z.number(),
  num_train_epochs: z.number(),
  estimated_seconds: z.number().nullable(),
  memory_bytes: z.number(),
  disk_bytes: z.number(),
  /** Share of texts longer than the limit of tokens, an estimate from at most 2,000 rows. */
  truncated_share: z.number(),
  max_length: z.number(),
})

/** Something a person should know that stops nothing: code and arguments, so that each surface may word it, and our wording. */
export const noticeSchema = z.object({
  type: z.literal('notice'),
  time,
  code: z.string(),
  args: z.record(z.string(), z.union([z.string(), z.number()])),
  text: z.string(),
})

/** Files of a model or of data are on their way from the Hub; before `preflight`. */
export const downloadSchema = z.object({
  type: z.literal('download'),
  time,
  what: z.enum(['model', 'dataset']),
  /** On the Hub. */
  name: z.string(),
  file: z.string(),
  /** Of this file, so far and in all. */
  file_bytes: z.number(),
  file_size: z.number(),
  /** Of all files of this model or data that were not in the cache. */
  bytes: z.number(),
  size: z.number(),
})

export const progressSchema = z.object({
  type: z.literal('progress'),
  time,
  /** Steps done. */
  step: z.number(),
  max_steps: z.number(),
  epoch: z.number(),
  loss: measured,
  /** As used in this step. */
  learning_rate: z.number(),
  /** Before clipping. */
  grad_norm: measured,
  rows_per_second: z.number(),
  eta_seconds: z.number(),
})

/** A row of Trainer's log_history. */
export const logSchema = z.object({
  type: z.literal('log'),
  time,
  step: z.number(),
  epoch: z.number(),
  loss: measured,
  learning_rate: z.number(),
  grad_norm: measured,
})

export const evaluateSchema = evaluationSchema.extend({
  type: z.literal('evaluate'),
  time,
  epoch: z.number(),
  step: z.number(),
  /** Mean loss of the steps since the last log row; null before the first one ("No log"). */
  training_loss: measured,
  /** Whether this is the best model so far. */
  best: z.boolean(),
})

/** A complete checkpoint; `path` is relative to the run folder. */
export const checkpointSchema = z.object({ type: z.literal('checkpoint'), time, step: z.number(), path: z.string() })

/** Another run trains on the device. Told again whenever the queue has moved. */
export const queuedSchema = z.object({
  type: z.literal('queued'),
  time,
  /** Runs that come first; 0 once it is this one's turn. */
  ahead: z.int().min(0),
  /** Folder of the run that has the device; null where that is not known. */
  behind: z.string().nullable(),
})

/** Somebody asked for a pause; this step has a checkpoint. */
export const pausedSchema = z.object({ type: z.literal('paused'), time, step: z.number() })

/** Training goes on after this step, after a pause or in a new process: what one that died did beyond it is done again. */
export const resumeSchema = z.object({ type: z.literal('resume'), time, step: z.number() })

export const endSchema = z.object({
  type: z.literal('end'),
  time,
  outcome: z.enum(['finished', 'stopped', 'failed']),
  /** The message of what made it fail. */
  error: z.string().optional(),
  /** The same as code and arguments, where a person can mend it. */
  mistake: noticeSchema.pick({ code: true, args: true }).optional(),
  step: z.number(),
  best_step: z.number().nullable(),
  /** The command that continues a run that is not finished (trainCommand.ts). */
  resume_command: z.string().optional(),
})

export const runEventSchema = z.discriminatedUnion('type', [
  downloadSchema, preflightSchema, noticeSchema, progressSchema, logSchema, evaluateSchema, checkpointSchema, queuedSchema, pausedSchema, resumeSchema, endSchema,
])

export type RunEvent = z.output<typeof runEventSchema>
export type DownloadEvent = z.output<typeof downloadSchema>
export type Preflight = z.output<typeof preflightSchema>
export type Notice = z.output<typeof noticeSchema>
export type Progress = z.output<typeof progressSchema>
export type EvaluateEvent = z.output<typeof evaluateSchema>
export type QueuedEvent = z.output<typeof queuedSchema>
export type PausedEvent = z.output<typeof pausedSchema>
export type EndEvent = z.output<typeof endSchema>
