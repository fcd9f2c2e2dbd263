/**
 * A look at a dataset before anything is downloaded: the dataset server's first rows, label counts and sizes (huggingface/dataset-viewer,
 * docs/source). It has an origin of its own, so it is sent no token: private and gated datasets are not shown.
 */
import { z } from 'zod'
import { UserError } from '../protocol/errors.ts'
import type { DatasetLook } from '../protocol/workerRequests.ts'
import { requireAnswer } from './repository.ts'
import { hubFetch, type Connection } from './requests.ts'
import { HubRefusal } from './hubRefusal.ts'

/** `https://datasets-server.huggingface.co`, or that of a mirror: as `datasets` finds it (utils/_dataset_viewer.py). */
export function datasetServerOf(endpoint: string): string {
  return endpoint.replace('://', '://datasets-server.')
}

const shownRows = 5
const shownCharacters = 300

const splitsSchema = z.object({ splits: z.array(z.object({ config: z.string(), split: z.string() })).min(1) })
const rowsSchema = z.object({
  features: z.array(z.object({ name: z.string(), type: z.object({ names: z.array(z.string()).optional() }).catch({}) })),
  rows: z.array(z.object({ row: z.record(z.string(), z.unknown()) })),
})
const statisticsSchema = z.object({
  num_examples: z.number(),
  statistics: z.array(z.object({ column_name: z.string(), column_type: z.string(), column_statistics: z.object({ frequencies: z.record(z.string(), z.number()).optional() }).catch({}) })),
})
const sizeSchema = z.object({ size: z.object({ splits: z.array(z.object({ config: z.string(), split: z.string(), num_rows: z.number(), num_bytes_parquet_files: z.number() })) }) })

export interface LookOptions {
  config?: string | null
  split?: string | null
}

/**
 * What there is to see of a dataset; counts are left out where the server has none (yet).
 * @param connection to the dataset server
 * @throws UserError where it has nothing of this dataset, or not that subset
 */
export async function lookAtDataset({ endpoint, signal, wait }: Connection, dataset: string, { config, split }: LookOptions = {}): Promise<DatasetLook> {
  const connection: Connection = { endpoint, signal, wait, tries: 1 }
  const ask = async <Schema extends z.ZodType>(path: string, schema: Schema, query: Record<string, string> = {}) => {
    const response = await hubFetch(connection)(`${endpoint}/${path}?${new URLSearchParams({ dataset, ...query })}`)
    return requireAnswer(schema, await response.json(), connection)
  }
  const { splits } = await ask('splits', splitsSchema).catch((error: unknown) => { throw error instanceof HubRefusal ? new UserError('hub.no-look', { name: dataset }) : error })
  const configs = [...new Set(splits.map((each) => each.config))]
  const chosen = config ?? (configs.includes('default') ? 'default' : configs[0])
  const inConfig = splits.filter((each) => each.config === chosen).map((each) => each.split)
  if (inConfig.length === 0) throw new UserError('hub.no-such-config', { name: dataset, config: chosen, configs: configs.join(', ') })
  const shown = split ?? (inConfig.includes('train') ? 'train' : inConfig[0])
  const query = { config: chosen, split: shown }
  const [first, statistics, size] = await Promise.all([
    ask('first-rows', rowsSchema, query).catch(unknownYet), ask('statistics', statisticsSchema, query).catch(unknownYet), ask('size', sizeSchema).catch(unknownYet),
  ])
  const sizes = size?.size.splits.filter((each) => each.config === chosen) ?? []
  return {
    configs, config: chosen, splits: inConfig.map((name) => ({ name, rows: sizes.find((each) => each.split === name)?.num_rows ?? null })), split: shown,
    bytes: size === undefined ? null : sizes.reduce((sum, each) => sum + each.num_bytes_parquet_files, 0),
    columns: first?.features.map(({ name }) => name) ?? [],
    rows: first?.rows.slice(0, shownRows).map(({ row }) => Object.fromEntries(first.features.map(({ name, type }) => [name, cell(row[name], type.names)]))) ?? [],
    counts: Object.fromEntries((statistics?.statistics ?? []).flatMap(({ column_name, column_statistics: { frequencies } }) => frequencies === undefined ? [] : [[column_name, frequencies]])),
  }
}

/** A server that has no answer (yet) leaves it out; what is wrong with the network is told. */
function unknownYet(error: unknown): undefined {
  if (error instanceof HubRefusal || (error instanceof UserError && (error.code === 'hub.failing' || error.code === 'hub.strange-answer'))) return undefined
  throw error
}

function cell(value: unknown, names: string[] | undefined): string {
  const text = typeof value === 'number' && names !== undefined ? names[value] ?? String(value) : typeof value === 'string' ? value : JSON.stringify(value) ?? ''
  return text.slice(0, shownCharacters)
}
