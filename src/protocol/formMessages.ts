/**
 * What crosses between the form for a new run and the editor. The page names models and data by the ids of what it was offered; what
 * is chosen and typed is a draft, which the page sends whenever it changes.
 */
import { z } from 'zod'
import { noticeSchema } from './events.ts'
import { accessActionSchema, datasetPartsSchema, fromFormAboutHub, hubKindSchema, lookSchema, toFormOfHub } from './hubMessages.ts'
import type { SettingName } from './settings.ts'

export const idSchema = z.string().regex(/^[\w-]{1,64}$/)
const settingValue = z.union([z.string().max(1000), z.number(), z.boolean(), z.null()])
export type SettingValue = z.output<typeof settingValue>

/** A model or data that a run may begin with. */
export const choiceSchema = z.object({
  id: idSchema,
  name: z.string(),
  /** Where it is, or what. */
  detail: z.string(),
  /** Why nothing can begin with it. */
  problem: z.string().optional(),
  /** Settings that suit it. */
  defaults: z.record(z.string(), settingValue).optional(),
})
export type Choice = z.output<typeof choiceSchema>

/** What a person has chosen and typed. Settings may be wrong yet: they are checked where they are used. */
export const draftSchema = z.object({
  model: idSchema,
  data: idSchema.optional(),
  /** Data to evaluate on; without it, the data's own split or a part of its rows. */
  evaluation: idSchema.optional(),
  settings: z.record(z.string().max(64), settingValue),
})
export type Draft = z.output<typeof draftSchema>

/** The settings that say which rows are read. */
export const rowSettings = [
  'dataset_config_name', 'dataset_revision', 'train_split_name', 'validation_split_name', 'text_column', 'label_column', 'problem_type',
  'test_size', 'seed', 'max_train_samples', 'max_eval_samples',
] as const satisfies readonly SettingName[]

/** What of a draft says which rows are read: while it is the same, what was found out about them holds. */
export function rowsKey({ data, evaluation, settings }: Draft): string {
  return JSON.stringify([data, evaluation, ...rowSettings.map((name) => settings[name])].map((value) => value ?? null))
}

/** What of a draft says which model. */
export function modelKey({ model, settings }: Draft): string {
  return JSON.stringify([model, settings.model_revision ?? null])
}

/** The same for equal drafts, whatever the order in which they were filled in. */
export function draftKey({ model, data, evaluation, settings }: Draft): string {
  return JSON.stringify([model, data ?? null, evaluation ?? null, Object.entries(settings).sort(([a], [b]) => a < b ? -1 : 1)])
}

/** The rows chosen from a split. */
const splitSchema = z.object({
  rows: z.number(),
  /** Rows that there are to choose from. */
  available: z.number(),
  /** Rows by label. */
  counts: z.array(z.number()),
})

/** The rows as training will read them, and what a person should know of them. */
export const previewSchema = z.object({
  text_column: z.string(),
  label_column: z.string(),
  labels: z.array(z.string()),
  train: splitSchema,
  evaluation: splitSchema,
  first: z.array(z.object({ label: z.string(), text: z.string() })),
  notices: z.array(noticeSchema.omit({ type: true, time: true })),
})
export type Preview = z.output<typeof previewSchema>

/** How long texts are in tokens of the model, of at most 2,000 rows that are spread over all. */
export const lengthsSchema = z.object({
  /** Texts by their number of tokens. */
  counts: z.array(z.number()),
  /** Texts that are longer than the model's own limit; among `counts` they are not. */
  beyond: z.number(),
  /** The model's own limit. */
  limit: z.number(),
})
export type Lengths = z.output<typeof lengthsSchema>

/** What a run computes on, whatever its data. */
export const deviceSchema = z.object({ device: z.string(), device_reason: z.string(), threads: z.number() })
export type Device = z.output<typeof deviceSchema>

/** What a run would take. */
export const estimateSchema = z.object({
  max_steps: z.number(),
  seconds: z.number(),
  /** On all rows, and on as many as the tutorial takes: given where there are more than that. */
  choices: z.object({ all: z.number(), tutorial: z.number(), available: z.object({ train: z.number(), evaluation: z.number() }) }).optional(),
  memory_bytes: z.number(),
  /** That this machine has. */
  machine_bytes: z.number(),
  disk_bytes: z.number(),
  /** The name of the run folder. */
  folder: z.string(),
})
export type Estimate = z.output<typeof estimateSchema>

/** What is wrong, and where it can be put right. */
const problemSchema = z.object({
  text: z.string(),
  setting: z.string().optional(),
  /** It is on the Hub, which cannot be had now: nothing is wrong with what is chosen. */
  isAway: z.boolean().optional(),
  /** What can be done where the Hub keeps it. */
  access: z.array(accessActionSchema).optional(),
})
export type Problem = z.output<typeof problemSchema>

export const toForm = [
  /** The form, with what is chosen at first. `news`: opened for AG News. */
  z.object({ type: z.literal('form'), news: z.boolean(), models: z.array(choiceSchema), data: z.array(choiceSchema), draft: draftSchema }),
  /** More is offered: one of them was asked for, with settings that came with it. */
  z.object({ type: z.literal('choices'), models: z.array(choiceSchema), data: z.array(choiceSchema), chosen: z.object({ kind: z.enum(['model', 'data', 'evaluation']), id: idSchema, settings: z.record(z.string().max(64), settingValue).optional() }) }),
  /**
   * The columns are given also where the rows cannot be read for want of the right ones. `download`: bytes of data that come from the Hub
   * when the run starts; `look` is what can be seen of it before. `notices`: what its name stands for.
   */
  z.object({
    type: z.literal('preview'), draft: draftSchema, columns: z.array(z.string()), preview: previewSchema.optional(), look: lookSchema.optional(),
    parts: datasetPartsSchema.optional(), notices: z.array(noticeSchema.omit({ type: true, time: true })), download: z.number(), problem: problemSchema.optional(),
  }),
  /** The model that is chosen: bytes of it that come from the Hub when the run starts, its branches and tags there. */
  z.object({ type: z.literal('model'), draft: draftSchema, download: z.number(), revisions: z.array(z.string()), problem: problemSchema.optional() }),
  z.object({ type: z.literal('device'), device: deviceSchema }),
  z.object({ type: z.literal('lengths'), draft: draftSchema, lengths: lengthsSchema }),
  /** The run could not begin; the form stays as it is. */
  z.object({ type: z.literal('notStarted'), problem: problemSchema }),
  z.object({ type: z.literal('estimate'), draft: draftSchema, estimate: estimateSchema.optional(), problem: problemSchema.optional() }),
  ...toFormOfHub,
] as const

export const fromForm = [
  z.object({ type: z.literal('trySample') }),
  z.object({ type: z.literal('chooseModel') }),
  z.object({ type: z.literal('chooseData'), kind: z.enum(['data', 'evaluation']), from: z.enum(['files', 'folder']) }),
  z.object({ type: z.literal('draft'), draft: draftSchema }),
  z.object({ type: z.literal('start'), draft: draftSchema }),
  ...fromFormAboutHub,
  /** About the model or data that is chosen. */
  z.object({ type: z.literal('access'), kind: hubKindSchema, id: idSchema, action: accessActionSchema }),
] as const
