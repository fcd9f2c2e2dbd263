/** What an evaluation of a classifier measures. */
import { z } from 'zod'
import type { SettingName, Settings } from './settings.ts'

/** A number that may be NaN or infinite, which JSON writes as null. */
export const measured = z.number().nullable()

const labelScores = z.object({
  label: z.string(),
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
  /** Rows with this label. */
  support: z.number(),
})

export const evaluationSchema = z.object({
  /** Mean cross entropy over all rows. */
  eval_loss: measured,
  eval_accuracy: z.number(),
  /** Half the width of the accuracy's 95% interval: what `±` shows, how far chance moves it on so many rows. */
  eval_accuracy_margin: z.number(),
  /** Macro F1: the plain mean of the labels' F1. */
  eval_f1: z.number(),
  eval_rows: z.number(),
  per_class: z.array(labelScores),
  /** Rows by true label (outer) and predicted label (inner), in the order of `per_class`. */
  confusion_matrix: z.array(z.array(z.number())),
})

export type Evaluation = z.output<typeof evaluationSchema>

/** The settings that evaluating a finished model needs. */
export const evaluationSettingNames = ['dataset', 'dataset_config_name', 'dataset_revision', 'validation_split_name', 'text_column', 'label_column', 'max_eval_samples', 'max_length', 'per_device_eval_batch_size'] as const satisfies SettingName[]

export type EvaluationSettings = Pick<Settings, (typeof evaluationSettingNames)[number]>
