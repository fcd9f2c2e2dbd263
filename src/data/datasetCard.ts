/** The YAML block of a dataset repository's README.md: its subsets, their files by split, and the names of classes. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, YAMLParseError } from 'yaml'
import { z } from 'zod'
import { UserError } from '../protocol/errors.ts'
import { listed } from './wording.ts'

export interface DatasetCard {
  /** Patterns of file names by split, in the card's order. Undefined: the files' own names tell the splits. */
  dataFiles?: Map<string, string[]>
  /** The folder, within the repository, that the subset's files lie in. */
  dataDir?: string
  /** The names of the classes by column. */
  classNames: Map<string, string[]>
}

const patterns = z.union([z.string().transform((pattern) => [pattern]), z.array(z.string())])
const splitPatterns = z.array(z.object({ split: z.string(), path: patterns }))
const config = z.object({
  config_name: z.string(),
  default: z.boolean().optional(),
  data_dir: z.string().optional(),
  data_files: z.union([patterns, splitPatterns]).optional(),
})

// In YAML the names stand as {'0': World, '1': Sports} or as a list.
const names = z.union([z.array(z.string()), z.record(z.string(), z.coerce.string()).transform((byIndex) => Object.values(byIndex))])
const classLabel = z.object({ class_label: z.object({ names }) })
/** Of one class, or of a list of them. */
const feature = z.object({ name: z.string(), dtype: classLabel.optional(), sequence: classLabel.optional(), list: classLabel.optional() })
const info = z.object({ config_name: z.string().optional(), features: z.array(z.unknown()).optional() })
const card = z.object({
  configs: z.array(config).default([]),
  dataset_info: z.union([info.transform((only) => [only]), z.array(info)]).catch([]),
})

/**
 * Reads a repository's card, or gives an empty one where there is none.
 * @param configName the subset to read; the default one where not given or null
 */
export async function readDatasetCard(folder: string, configName?: string | null): Promise<DatasetCard> {
  const { file, configs, dataset_info } = await readBlock(folder)
  const subset = typeof configName === 'string' && configs.length > 0 ? namedSubset(configs, configName, file) : defaultSubset(configs, file)
  const description = dataset_info.find((each) => each.config_name === subset?.config_name) ?? (dataset_info.length === 1 ? dataset_info[0] : undefined)
  return { dataFiles: bySplit(subset?.data_files), dataDir: subset?.data_dir, classNames: classNames(description?.features) }
}

/** The subsets of a repository by its card: `standard` is read where none is named. None where the card has none. */
export async function subsetsOf(folder: string): Promise<{ names: string[], standard: string | undefined }> {
  const { configs } = await readBlock(folder)
  return { names: configs.map(({ config_name }) => config_name), standard: standardOf(configs)?.config_name }
}

async function readBlock(folder: string): Promise<z.infer<typeof card> & { file: string }> {
  const file = join(folder, 'README.md')
  const text = existsSync(file) ? await readFile(file, 'utf8') : ''
  const block = /^\ufeff?---\r?\n([\s\S]*?)\r?\n---\s*(?:\r?\n|$)/.exec(text)?.[1]
  if (block === undefined) return { file, configs: [], dataset_info: [] }
  const parsed = card.safeParse(parseYaml(block, file))
  if (!parsed.success) throw new UserError('data.card', { file, reason: z.prettifyError(parsed.error) })
  return { file, ...parsed.data }
}

function parseYaml(block: string, file: string): unknown {
  try {
    return parse(block) ?? {}
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    throw new UserError('data.card', { file, reason: error.message.split('\n')[0] })
  }
}

function namedSubset(configs: z.infer<typeof config>[], name: string, file: string): z.infer<typeof config> {
  const found = configs.find((each) => each.config_name === name)
  if (found === undefined) throw new UserError('data.no-config', { file, config: name, subsets: listed(configs.map((each) => each.config_name)) })
  return found
}

function defaultSubset(configs: z.infer<typeof config>[], file: string): z.infer<typeof config> | undefined {
  const chosen = standardOf(configs)
  if (chosen || configs.length === 0) return chosen
  throw new UserError('data.card-subsets', { file, subsets: listed(configs.map((each) => each.config_name)) })
}

/** As `datasets` chooses without a name: the only subset, or the one that is called or marked `default`. */
function standardOf(configs: z.infer<typeof config>[]): z.infer<typeof config> | undefined {
  return configs.length < 2 ? configs[0] : configs.find((each) => each.config_name === 'default' || each.default)
}

function bySplit(dataFiles: z.infer<typeof config>['data_files']): Map<string, string[]> | undefined {
  if (dataFiles === undefined) return undefined
  const isBySplit = (each: typeof dataFiles): each is z.infer<typeof splitPatterns> => typeof each[0] === 'object'
  return new Map(isBySplit(dataFiles) ? dataFiles.map(({ split, path }) => [split, path]) : [['train', dataFiles]])
}

function classNames(features: unknown[] = []): Map<string, string[]> {
  const labels = features.flatMap((each) => feature.safeParse(each).data ?? [])
  return new Map(labels.flatMap(({ name, dtype, sequence, list }) => {
    const found = dtype ?? sequence ?? list
    return found ? [[name, found.class_label.names]] : []
  }))
}
