/** Models and datasets by words in their names, the most used first. */
import { listDatasets, listModels } from '@huggingface/hub'
import { z } from 'zod'
import { isRepositoryId, type RepositoryType } from '../protocol/hubName.ts'
import { bitsOf, isDtype } from '../pretrained/dtypes.ts'
import type { FoundRepository } from '../protocol/hubMessages.ts'
import { HubRefusal, refusedByEndpoint } from './hubRefusal.ts'
import { hubFetch, type Connection } from './requests.ts'

const foundSchema = z.object({
  name: z.string().refine(isRepositoryId),
  downloads: z.number().default(0),
  likes: z.number().default(0),
  gated: z.union([z.literal(false), z.string()]).default(false),
  task: z.string().optional(),
  tags: z.array(z.string()).default([]),
  /** Numbers by their type. */
  safetensors: z.object({ parameters: z.record(z.string(), z.number()).default({}) }).optional(),
})

/** Repositories to train from, or a model that classifies already. */
export type Sought = RepositoryType | 'classifier'

/** What the Hub lists such repositories under: what transformers can load without a pickle, and what transformers.js can classify with. */
const tags: Readonly<Record<Sought, string[]>> = { model: ['transformers', 'safetensors'], classifier: ['text-classification', 'onnx'], dataset: [] }

/** At most so many repositories. A name that is no name is left out. @throws UserError where the Hub cannot be asked */
export async function searchHub(connection: Connection, sought: Sought, words: string, limit = 20): Promise<FoundRepository[]> {
  const common = { hubUrl: connection.endpoint, fetch: hubFetch({ ...connection, tries: 1 }), limit, sort: 'downloads' as const }
  const search = { query: words, tags: tags[sought] }
  const entries: AsyncIterable<unknown> = sought === 'dataset'
    ? listDatasets({ ...common, search, additionalFields: ['tags'] })
    : listModels({ ...common, search, additionalFields: ['tags', 'safetensors'] })
  try {
    const found: FoundRepository[] = []
    for await (const entry of entries) {
      const checked = foundSchema.safeParse(entry)
      if (checked.success) found.push(described(checked.data))
    }
    return found
  } catch (error) {
    throw error instanceof HubRefusal ? refusedByEndpoint(error, connection.endpoint) : error
  }
}

function described({ name, downloads, likes, gated, task, tags, safetensors }: z.output<typeof foundSchema>): FoundRepository {
  const tagged = (kind: string) => tags.find((tag) => tag.startsWith(`${kind}:`))?.slice(kind.length + 1) ?? null
  return {
    id: name, downloads, likes, isGated: gated !== false, license: tagged('license'), task: task ?? tagged('task_categories'),
    bytes: safetensors === undefined ? null : bytesOf(safetensors.parameters), rows: tagged('size_categories'),
  }
}

function bytesOf(parameters: Readonly<Record<string, number>>): number {
  return Object.entries(parameters).reduce((sum, [dtype, count]) => sum + count * (isDtype(dtype) ? bitsOf[dtype] / 8 : 0), 0)
}
