/** What a person may choose from in a dataset: its subsets, the splits of one of them, and, on the Hub, its revisions. */
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { dataFilesOf, listDataFiles, splitNames } from '../data/dataFiles.ts'
import { readDatasetCard, subsetsOf } from '../data/datasetCard.ts'
import type { DatasetParts } from '../protocol/hubMessages.ts'
import type { HubName } from '../protocol/hubName.ts'
import { convertedRevision } from './datasetSnapshot.ts'
import { openRepository, type Hub } from './hubRepository.ts'
import { revisionsOf } from './repository.ts'

/** Of a dataset on the Hub. Its card is downloaded for it. @throws UserError where it cannot be asked */
export async function datasetParts(hub: Hub, name: HubName, config: string | null): Promise<DatasetParts> {
  const repository = await openRepository(hub, name)
  const revisions = hub.environment.isOffline ? [] : await revisionsOf(hub.connection, { ...name, id: repository.name.presentId })
  if (repository.paths.includes('README.md')) await repository.download(['README.md'])
  const parts = await partsIn(repository.folder, repository.paths, config)
  if (parts.splits.length > 0 || parts.config === null) return { ...parts, revisions }
  const { paths } = await openRepository(hub, { ...name, revision: convertedRevision })
  return { ...convertedParts(paths, config), revisions }
}

/** Of a folder laid out as a repository of the Hub; undefined for files. @throws UserError for a card that is none */
export async function folderParts(dataset: readonly string[], config: string | null): Promise<DatasetParts | undefined> {
  const [folder] = dataset
  if (dataset.length !== 1 || !(await stat(folder)).isDirectory()) return undefined
  return { ...await partsIn(folder, await listDataFiles(folder), config), revisions: [] }
}

async function partsIn(folder: string, paths: readonly string[], wanted: string | null): Promise<Omit<DatasetParts, 'revisions'>> {
  const { names: configs, standard } = await subsetsOf(folder)
  const config = wanted ?? standard
  if (config === undefined && configs.length > 0) return { configs, config: null, splits: [] }
  const card = await readDatasetCard(folder, config)
  return { configs, config: config ?? '', splits: splitNames(dataFilesOf(paths, card), card) }
}

/** `<subset>/<split>/0000.parquet`. */
function convertedParts(paths: readonly string[], wanted: string | null): Omit<DatasetParts, 'revisions'> {
  const folders = paths.filter((path) => path.endsWith('.parquet')).map(dirname)
  const configs = [...new Set(folders.map(dirname))].filter((config) => config !== '.')
  const config = wanted ?? (configs.length === 1 ? configs[0] : configs.find((each) => each === 'default')) ?? null
  return { configs, config, splits: [...new Set(folders.filter((folder) => dirname(folder) === config).map((folder) => folder.slice(config!.length + 1)))] }
}
