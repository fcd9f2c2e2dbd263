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

export const toFormOfHub = [
  /** Answers the search of this number. `problem`: why nothing can be searched. */
  z.object({ type: z.literal('found'), kind: hubKindSchema, request: z.number(), repositories: z.array(foundRepositorySchema), problem: z.string().optional() }),
] as const

export const fromFormAboutHub = [
  z.object({ type: z.literal('search'), kind: hubKindSchema, request: z.number(), words: z.string().min(1).max(200) }),
  /** `owner/name`, an older `name`, each with `@revision` behind it. */
  z.object({ type: z.literal('chooseNamed'), kind: hubKindSchema, name: z.string().max(400).refine((name) => parseHubName('model', name) !== undefined) }),
] as const
