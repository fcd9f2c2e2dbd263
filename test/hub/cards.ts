/** What the Hub finds wrong with the metadata of a README.md. */
import { parse, YAMLParseError } from 'yaml'
import { z } from 'zod'

/** Source: hub-docs, modelcard.md?plain=1, the commented specification of all fields. What the real Hub checks beyond is not verified. */
const metricSchema = z.object({ type: z.string(), value: z.unknown().refine((value) => value !== undefined, 'is required'), name: z.string().optional() })
const resultSchema = z.object({
  task: z.object({ type: z.string(), name: z.string().optional() }),
  dataset: z.object({ type: z.string(), name: z.string(), config: z.string().optional(), split: z.string().optional(), revision: z.string().optional() }),
  metrics: z.array(metricSchema).min(1),
})
const metadataSchema = z.looseObject({
  license: z.union([z.string(), z.array(z.string())]).optional(),
  language: z.union([z.string(), z.array(z.string())]).optional(),
  tags: z.array(z.string()).optional(),
  datasets: z.union([z.string(), z.array(z.string())]).optional(),
  metrics: z.array(z.string()).optional(),
  base_model: z.union([z.string(), z.array(z.string())]).optional(),
  base_model_relation: z.enum(['finetune', 'quantized', 'adapter', 'merge']).optional(),
  pipeline_tag: z.string().optional(),
  library_name: z.string().optional(),
  'model-index': z.array(z.object({ name: z.string().min(1), results: z.array(resultSchema) })).optional(),
})
const repositoryName = /^[\w.-]+(\/[\w.-]+)?$/

export interface CardFindings {
  errors: { message: string }[]
  warnings: { message: string }[]
}

export function checkCard(content: string): CardFindings {
  const block = /^---\r?\n([\s\S]*?)\r?\n---\s*(?:\r?\n|$)/.exec(content)?.[1]
  if (block === undefined) return { errors: [], warnings: [{ message: 'empty or missing yaml metadata in repo card' }] }
  let metadata: unknown
  try {
    metadata = parse(block, { version: '1.1' })
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    return { errors: [{ message: error.message }], warnings: [] }
  }
  const { data, error } = metadataSchema.safeParse(metadata)
  if (error) return { errors: error.issues.map(({ path, message }) => ({ message: `"${path.join('.')}" ${message}` })), warnings: [] }
  const names = [data.base_model ?? [], data.datasets ?? []].flat()
  return { errors: names.filter((name) => !repositoryName.test(name)).map((name) => ({ message: `"${name}" is not a valid repository name` })), warnings: [] }
}
