/**
 * What crosses between the run panel's page and the editor, checked on receipt in both directions. A page names things by ids
 * that the editor gave it, never by paths or commands.
 */
import { z } from 'zod'
import { evaluateSchema, noticeSchema, runEventSchema } from './events.ts'
import { rowAnswers, rowQuestions } from './rowMessages.ts'

const id = z.string().regex(/^[\w-]{1,64}$/)
const settingValue = z.union([z.string(), z.number(), z.boolean(), z.null()])
export type SettingValue = z.output<typeof settingValue>

export const runStateSchema = z.enum(['running', 'queued', 'paused', 'interrupted', 'stopped', 'failed', 'finished'])
export type RunState = z.output<typeof runStateSchema>

/** Whether a process has the run in hand. */
export function isLiveState(state: RunState): boolean {
  return state === 'running' || state === 'queued' || state === 'paused'
}

/** A run as views name it. */
export const runHeaderSchema = z.object({
  id,
  name: z.string(),
  model: z.string(),
  data: z.string(),
  state: runStateSchema,
  /** Whether Classify Selection uses it. */
  inUse: z.boolean(),
})
export type RunHeader = z.output<typeof runHeaderSchema>

/** A model or data that a run may begin with: its id, its name, what is wrong with it, settings that suit it. */
const choiceSchema = z.object({ id, name: z.string(), detail: z.string(), problem: z.string().optional(), defaults: z.record(z.string(), settingValue).optional() })
export type Choice = z.output<typeof choiceSchema>

export const previewSchema = z.object({
  columns: z.array(z.string()),
  text_column: z.string(),
  label_column: z.string(),
  train_rows: z.number(),
  eval_rows: z.number(),
  labels: z.array(z.object({ label: z.string(), count: z.number() })),
  rows: z.array(z.object({ label: z.string(), text: z.string() })),
  notices: z.array(noticeSchema.pick({ code: true, args: true, text: true })),
})
export type Preview = z.output<typeof previewSchema>

/** A run beside others. */
const comparedSchema = z.object({
  run: runHeaderSchema,
  evaluations: z.array(evaluateSchema),
  /** Which of them the finished model is of. */
  best: evaluateSchema.optional(),
  train_rows: z.number().optional(),
  /** Labels that were corrected by hand. */
  corrections: z.number(),
  /** Stands for the rows and labels that it was trained and evaluated on. */
  data_fingerprint: z.string(),
})
export type Compared = z.output<typeof comparedSchema>

export const toPanelSchema = z.discriminatedUnion('type', [
  /** The form for a new run. `news`: opened for AG News rather than for a file. `settings`: those that are given at first. */
  z.object({ type: z.literal('form'), news: z.boolean(), models: z.array(choiceSchema), data: choiceSchema.optional(), settings: z.record(z.string(), settingValue) }),
  z.object({ type: z.literal('data'), data: choiceSchema, columns: z.array(z.string()), preview: previewSchema.optional() }),
  /** A run with its events so far. */
  z.object({ type: z.literal('run'), run: runHeaderSchema, events: z.array(runEventSchema) }),
  z.object({ type: z.literal('events'), events: z.array(runEventSchema) }),
  z.object({ type: z.literal('header'), run: runHeaderSchema }),
  z.object({ type: z.literal('prediction'), request: z.number(), milliseconds: z.number(), scores: z.array(z.object({ label: z.string(), score: z.number() })) }),
  /** Runs side by side; `differences` has a value for each of them. */
  z.object({ type: z.literal('compare'), runs: z.array(comparedSchema), differences: z.array(z.object({ setting: z.string(), values: z.array(z.string()) })) }),
  ...rowAnswers,
  /** What the person asked for failed; the form or the run stays as it is. */
  z.object({ type: z.literal('problem'), text: z.string() }),
])
export type ToPanel = z.output<typeof toPanelSchema>

export const fromPanelSchema = z.discriminatedUnion('type', [
  /** The page is there. */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('trySample') }),
  z.object({ type: z.literal('chooseModel') }),
  z.object({ type: z.literal('chooseData') }),
  z.object({ type: z.literal('columns'), data: id, text_column: z.string().max(1000), label_column: z.string().max(1000) }),
  z.object({ type: z.literal('start'), model: id, data: id, settings: z.record(z.string().max(64), settingValue) }),
  z.object({ type: z.literal('stop'), run: id }),
  z.object({ type: z.literal('pause'), run: id }),
  z.object({ type: z.literal('resume'), run: id }),
  z.object({ type: z.literal('use'), run: id }),
  z.object({ type: z.literal('publish'), run: id }),
  z.object({ type: z.literal('showLog'), run: id }),
  /** Of a comparison. */
  z.object({ type: z.literal('open'), run: id }),
  ...rowQuestions,
  z.object({ type: z.literal('classify'), run: id, request: z.number(), text: z.string().max(100_000) }),
])
export type FromPanel = z.output<typeof fromPanelSchema>
