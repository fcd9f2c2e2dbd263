/** What an evaluation of a classifier measures. */
import { z } from 'zod'
import type { ProblemType } from './problemType.ts'
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
  /** Mean over all rows: cross entropy, binary cross entropy of several labels, squared error of a regression. */
  eval_loss: measured,
  /** Of several labels at once: rows with exactly the right ones. A regression has neither this nor F1. */
  eval_accuracy: z.number().nullable(),
  /** Half the width of the accuracy's 95% interval: what `±` shows, how far chance moves it on so many rows. */
  eval_accuracy_margin: z.number().nullable(),
  /** Macro F1: the plain mean of the labels' F1. */
  eval_f1: z.number().nullable(),
  /** Of several labels at once: over all labels of all rows together. */
  eval_f1_micro: z.number().optional(),
  /** Of a regression: mean squared and absolute error, Pearson's and Spearman's correlation. */
  eval_mse: measured.optional(),
  eval_mae: measured.optional(),
  eval_pearson: measured.optional(),
  eval_spearmanr: measured.optional(),
  eval_rows: z.number(),
  per_class: z.array(labelScores),
  /** Rows by true label (outer) and predicted label (inner), in the order of `per_class`; none where a row has not just one label. */
  confusion_matrix: z.array(z.array(z.number())),
})

export type Evaluation = z.output<typeof evaluationSchema>

/** What was measured tells what the model says of a text. */
export function problemTypeOf({ eval_mse, eval_f1_micro }: Pick<Evaluation, 'eval_mse' | 'eval_f1_micro'>): ProblemType {
  if (eval_mse !== undefined) return 'regression'
  return eval_f1_micro === undefined ? 'single_label_classification' : 'multi_label_classification'
}

/** The settings that evaluating a finished model needs. */
export const evaluationSettingNames = ['dataset', 'dataset_config_name', 'dataset_revision', 'validation_split_name', 'text_column', 'label_column', 'max_eval_samples', 'max_length', 'per_device_eval_batch_size'] as const satisfies SettingName[]

export type EvaluationSettings = Pick<Settings, (typeof evaluationSettingNames)[number]>
