/**
 * What crosses between the run panel's page and the editor, checked on receipt in both directions. A page names things by ids
 * that the editor gave it, never by paths or commands.
 */
import { z } from 'zod'
import { evaluateSchema, runEventSchema } from './events.ts'
import { draftSchema, fromForm, idSchema as id, toForm } from './formMessages.ts'
import { rowAnswers, rowQuestions } from './rowMessages.ts'

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
  /** Why its process ended unexpectedly, where anything tells. */
  cause: z.string().optional(),
  /** Whether Classify Selection uses it. */
  inUse: z.boolean(),
})
export type RunHeader = z.output<typeof runHeaderSchema>

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
  ...toForm,
  /** A run with its events so far. */
  z.object({ type: z.literal('run'), run: runHeaderSchema, events: z.array(runEventSchema) }),
  z.object({ type: z.literal('events'), events: z.array(runEventSchema) }),
  z.object({ type: z.literal('header'), run: runHeaderSchema }),
  z.object({ type: z.literal('prediction'), request: z.number(), milliseconds: z.number(), scores: z.array(z.object({ label: z.string(), score: z.number() })) }),
  /** Runs side by side; `differences` has a value for each of them. */
  z.object({ type: z.literal('compare'), runs: z.array(comparedSchema), differences: z.array(z.object({ setting: z.string(), values: z.array(z.string()) })) }),
  ...rowAnswers,
  /** Whether more may be done than to look, in this workspace. Told first, and when it changes. */
  z.object({ type: z.literal('trust'), isWorkspaceTrusted: z.boolean() }),
  /** What the person asked for failed; the form or the run stays as it is. */
  z.object({ type: z.literal('problem'), text: z.string() }),
])
export type ToPanel = z.output<typeof toPanelSchema>

export const fromPanelSchema = z.discriminatedUnion('type', [
  /** The page is there. */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('manageTrust') }),
  ...fromForm,
  z.object({ type: z.literal('stop'), run: id }),
  z.object({ type: z.literal('pause'), run: id }),
  z.object({ type: z.literal('resume'), run: id }),
  z.object({ type: z.literal('use'), run: id }),
  z.object({ type: z.literal('publish'), run: id }),
  z.object({ type: z.literal('showLog'), run: id }),
  /** A form with what the run began with. */
  z.object({ type: z.literal('again'), run: id }),
  /** Of a comparison. */
  z.object({ type: z.literal('open'), run: id }),
  ...rowQuestions,
  z.object({ type: z.literal('classify'), run: id, request: z.number(), text: z.string().max(100_000) }),
])
export type FromPanel = z.output<typeof fromPanelSchema>

/** What a page keeps of itself over a reload of the window. */
export const panelStateSchema = z.object({ run: id.optional(), compare: z.array(id).optional(), form: z.object({ news: z.boolean(), draft: draftSchema }).optional() })
export type PanelState = z.output<typeof panelStateSchema>
