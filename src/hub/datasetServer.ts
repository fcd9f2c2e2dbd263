/**
 * A look at a dataset before anything is downloaded: the dataset server's first rows, label counts and sizes (huggingface/dataset-viewer,
 * docs/source). It has an origin of its own, so it is sent no token: private and gated datasets are not shown.
 */
import { isIP } from 'node:net'
import { z } from 'zod'
import { UserError } from '../protocol/errors.ts'
import { requireAnswer } from './repository.ts'
import { hubFetch, type Connection } from './requests.ts'
import { HubRefusal } from './hubRefusal.ts'

/**
 * `https://datasets-server.huggingface.co`, or that of a mirror: as `datasets` finds it (utils/_dataset_viewer.py). Undefined where the
 * Hub has no name that another could stand before.
 */
export function datasetServerOf(endpoint: string): string | undefined {
  return isIP(new URL(endpoint).hostname.replace(/^\[|\]$/g, '')) === 0 ? endpoint.replace('://', '://datasets-server.') : undefined
}

/** A subset of a dataset as the server shows it. */
export interface DatasetLook {
  columns: string[]
  /** Of the columns that are a `ClassLabel`. */
  classNames: ReadonlyMap<string, string[]>
  /** Rows are null where they are not counted. */
  train: { split: string, rows: number | null }
  evaluation: { split: string, rows: number | null } | null
  /** The first rows of the training split by column, labels by their names, at most 100. */
  rows: Record<string, string>[]
  /** Rows of the training split by value, of columns with few values. */
  counts: Record<string, Record<string, number>>
}

export interface LookOptions {
  config: string | null
  /** Which of the splits are for what. */
  choose(splits: readonly string[]): { train: string | undefined, evaluation: string | undefined }
}

const splitsSchema = z.object({ splits: z.array(z.object({ config: z.string(), split: z.string() })).min(1) })
const rowsSchema = z.object({
  features: z.array(z.object({ name: z.string(), type: z.object({ names: z.array(z.string()).optional() }).catch({}) })),
  rows: z.array(z.object({ row: z.record(z.string(), z.unknown()) })),
})
const statisticsSchema = z.object({
  statistics: z.array(z.object({ column_name: z.string(), column_statistics: z.object({ frequencies: z.record(z.string(), z.number()).optional() }).catch({}) })),
})
const sizeSchema = z.object({ size: z.object({ splits: z.array(z.object({ config: z.string(), split: z.string(), num_rows: z.number() })) }) })

/**
 * What there is to see of a dataset; counts are left out where the server has none (yet).
 * @param connection to the dataset server
 * @throws UserError where it has nothing of this dataset, or not that subset, or no split to train on
 */
export async function lookAtDataset({ endpoint, signal, wait }: Connection, dataset: string, { config, choose }: LookOptions): Promise<DatasetLook> {
  const connection: Connection = { endpoint, signal, wait, tries: 1 }
  const ask = async <Schema extends z.ZodType>(path: string, schema: Schema, query: Record<string, string> = {}) => {
    const response = await hubFetch(connection)(`${endpoint}/${path}?${new URLSearchParams({ dataset, ...query })}`)
    return requireAnswer(schema, await response.json(), connection)
  }
  const nothing = new UserError('hub.no-look', { name: dataset })
  const { splits } = await ask('splits', splitsSchema).catch((error: unknown) => { throw error instanceof HubRefusal ? nothing : error })
  const configs = [...new Set(splits.map((each) => each.config))]
  const chosen = config ?? (configs.includes('default') || configs.length > 1 ? 'default' : configs[0])
  const { train, evaluation } = choose(splits.filter((each) => each.config === chosen).map((each) => each.split))
  if (train === undefined) throw nothing
  const query = { config: chosen, split: train }
  const [first, statistics, size] = await Promise.all([
    ask('first-rows', rowsSchema, query), ask('statistics', statisticsSchema, query).catch(unknownYet), ask('size', sizeSchema).catch(unknownYet),
  ]).catch((error: unknown) => { throw error instanceof HubRefusal ? nothing : error })
  const sized = (split: string) => ({ split, rows: size?.size.splits.find((each) => each.config === chosen && each.split === split)?.num_rows ?? null })
  return {
    columns: first.features.map(({ name }) => name),
    classNames: new Map(first.features.flatMap(({ name, type: { names } }) => names === undefined ? [] : [[name, names]])),
    train: sized(train), evaluation: evaluation === undefined ? null : sized(evaluation),
    rows: first.rows.map(({ row }) => Object.fromEntries(first.features.map(({ name, type }) => [name, cell(row[name], type.names)]))),
    counts: Object.fromEntries((statistics?.statistics ?? []).flatMap(({ column_name, column_statistics: { frequencies } }) => frequencies === undefined ? [] : [[column_name, frequencies]])),
  }
}

/** A server that has no answer (yet) leaves it out; what is wrong with the network is told. */
function unknownYet(error: unknown): undefined {
  if (error instanceof HubRefusal || (error instanceof UserError && (error.code === 'hub.failing' || error.code === 'hub.strange-answer'))) return undefined
  throw error
}

function cell(value: unknown, names: string[] | undefined): string {
  if (typeof value === 'number' && names !== undefined) return names[value] ?? String(value)
  return typeof value === 'string' ? value : JSON.stringify(value) ?? ''
}
