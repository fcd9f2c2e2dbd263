/** What crosses between the form and the editor about the Hugging Face Hub: search, and what is chosen by name. */
import { z } from 'zod'
import { parseHubName } from './hubName.ts'

/** A model, or data to train on. */
export const hubKindSchema = z.enum(['model', 'data'])
export type HubKind = z.output<typeof hubKindSchema>

/** A repository of the Hub, in a list. All texts are strangers'. */
export const foundRepositorySchema = z.object({
  id: z.string(),
  downloads: z.number(),
  likes: z.number(),
  /** Its conditions must be accepted on the Hub first. */
  isGated: z.boolean(),
  license: z.string().nullable(),
  task: z.string().nullable(),
  /** Of a model's weights. */
  bytes: z.number().nullable(),
  /** Of a dataset, about, as the Hub writes it: `100K<n<1M`. */
  rows: z.string().nullable(),
})
export type FoundRepository = z.output<typeof foundRepositorySchema>

/** What there is to choose from in a dataset. */
export const datasetPartsSchema = z.object({
  configs: z.array(z.string()),
  /** That is read; null where one is to be chosen first. */
  config: z.string().nullable(),
  /** Of that subset. */
  splits: z.array(z.string()),
  /** Branches and tags, on the Hub. */
  revisions: z.array(z.string()),
})
export type DatasetParts = z.output<typeof datasetPartsSchema>

const lookedSplit = z.object({ split: z.string(), rows: z.number().nullable() })

/** Data on the Hub before anything of it is downloaded, as its dataset server knows it. */
export const lookSchema = z.object({
  text_column: z.string(),
  label_column: z.string(),
  train: lookedSplit,
  evaluation: lookedSplit.nullable(),
  first: z.array(z.object({ label: z.string(), text: z.string() })),
  /** Rows to train on by label, where the server has counted them. */
  counts: z.array(z.object({ label: z.string(), rows: z.number() })).nullable(),
})
export type Look = z.output<typeof lookSchema>

/** What a person can do where the Hub does not let something be read. */
export const accessActionSchema = z.enum(['signInForGated', 'signInForPrivate', 'askAccess', 'openTokens', 'lookAgain'])
export type AccessAction = z.output<typeof accessActionSchema>

export const toFormOfHub = [
  /** Answers the search of this number. `problem`: why nothing can be searched. */
  z.object({ type: z.literal('found'), kind: hubKindSchema, request: z.number(), repositories: z.array(foundRepositorySchema), problem: z.string().optional() }),
] as const

export const fromFormAboutHub = [
  z.object({ type: z.literal('search'), kind: hubKindSchema, request: z.number(), words: z.string().min(1).max(200) }),
  /** `owner/name`, an older `name`, each with `@revision` behind it. */
  z.object({ type: z.literal('chooseNamed'), kind: hubKindSchema, name: z.string().max(400).refine((name) => parseHubName('model', name) !== undefined) }),
] as const
