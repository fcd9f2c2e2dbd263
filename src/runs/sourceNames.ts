/** Whether a model or data is meant as a folder of this machine or as a repository of the Hub. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseHubName, type HubName } from '../protocol/hubName.ts'
import type { Settings } from '../protocol/settings.ts'

type Sources = Pick<Settings, 'model_name_or_path' | 'dataset' | 'model_revision' | 'dataset_revision'>

const dataFile = /\.(parquet|csv|tsv|json|jsonl|ndjson)$/i

/** The repository that `model_name_or_path` names; undefined where a folder of that name is here, or it can only be a path. */
export function hubModel({ model_name_or_path, model_revision }: Pick<Sources, 'model_name_or_path' | 'model_revision'>): HubName | undefined {
  return existsSync(model_name_or_path) ? undefined : parseHubName('model', model_name_or_path, model_revision)
}

/** The repository that `dataset` names. Files are never one. */
export function hubDataset({ dataset, dataset_revision }: Pick<Sources, 'dataset' | 'dataset_revision'>): HubName | undefined {
  const [name, another] = dataset
  return name === undefined || another !== undefined || existsSync(name) || dataFile.test(name) ? undefined : parseHubName('dataset', name, dataset_revision)
}

/** Settings that mean the same in every folder: paths are absolute, names of the Hub are names. */
export function withAbsolutePaths(settings: Settings): Settings {
  const { model_name_or_path, dataset, validation_file, output_dir } = settings
  return {
    ...settings,
    model_name_or_path: hubModel(settings) === undefined ? resolve(model_name_or_path) : model_name_or_path,
    dataset: hubDataset(settings) === undefined ? dataset.map((path) => resolve(path)) : dataset,
    validation_file: validation_file && resolve(validation_file),
    output_dir: resolve(output_dir),
  }
}
