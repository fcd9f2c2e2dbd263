/** The files of a dataset on the Hub that training needs: of one subset, the splits to train and to evaluate on. */
import { dirname, join } from 'node:path'
import { evaluationSplit } from '../data/dataset.ts'
import { dataFilesOf, splitsOf, type SubsetChoice } from '../data/dataFiles.ts'
import { readDatasetCard } from '../data/datasetCard.ts'
import { DATA_EXTENSIONS } from '../data/openTable.ts'
import { listed } from '../data/wording.ts'
import { UserError } from '../protocol/errors.ts'
import { notice, type Notice } from '../protocol/notices.ts'
import { openRepository, type DownloadProgress, type Hub, type HubRepository } from './hubRepository.ts'

/** Where the Hub keeps the parquet files that it makes of datasets in other forms: `<subset>/<split>/0000.parquet`. */
export const convertedRevision = 'refs/convert/parquet'

export interface DatasetPlan {
  /** Whose files are read: the converted branch where the repository has none that can be. */
  repository: HubRepository
  paths: string[]
  /** For `dataset`, once they are downloaded. */
  folder: string
  notices: Notice[]
}

/** Which files of a dataset are needed. Its card is downloaded for it. @throws UserError where none can be read, or the choice is not there */
export async function planDataset(hub: Hub, repository: HubRepository, choice: SubsetChoice, onProgress?: (progress: DownloadProgress) => void): Promise<DatasetPlan> {
  const { paths } = repository
  const hasCard = paths.includes('README.md')
  if (hasCard) await repository.download(['README.md'], onProgress)
  const card = await readDatasetCard(repository.folder, choice.dataset_config_name)
  const files = dataFilesOf(paths, card)
  if (files.length === 0) return planConverted(hub, repository, choice)
  const needed = neededOf(splitsOf(files, card, choice), files)
  return { repository, paths: [...hasCard ? ['README.md'] : [], ...needed], folder: repository.folder, notices: [...repository.notices] }
}

async function planConverted(hub: Hub, { name, notices }: HubRepository, choice: SubsetChoice): Promise<DatasetPlan> {
  const converted = await openRepository(hub, { ...name, revision: convertedRevision }).catch((error: unknown) => {
    throw error instanceof UserError && error.code === 'hub.no-revision' ? noDataFiles(name.id) : error
  })
  const config = chooseConfig(converted, choice)
  const inConfig = converted.paths.filter((path) => path.startsWith(`${config}/`) && path.endsWith('.parquet'))
  const files = inConfig.map((path) => path.slice(config.length + 1))
  const needed = neededOf(splitsOf(files, { classNames: new Map() }, choice), files)
  return {
    repository: converted, paths: needed.map((file) => `${config}/${file}`), folder: join(converted.folder, config),
    notices: [...notices, notice('hub.converted', { name: name.id })],
  }
}

function chooseConfig({ paths, name }: HubRepository, { dataset_config_name }: SubsetChoice): string {
  const configs = [...new Set(paths.filter((path) => path.endsWith('.parquet')).map((path) => dirname(dirname(path))))].filter((config) => config !== '.')
  if (configs.length === 0) throw noDataFiles(name.id)
  const config = dataset_config_name ?? (configs.length === 1 ? configs[0] : 'default')
  if (configs.includes(config)) return config
  if (typeof dataset_config_name === 'string') throw new UserError('hub.no-such-config', { name: name.id, config, configs: listed(configs) })
  throw new UserError('hub.no-config-name', { name: name.id, configs: listed(configs) })
}

/** The files of the training split and of the one to evaluate on. Without a training split, whatever loading names in its message. */
function neededOf(splits: ReturnType<typeof splitsOf>, files: readonly string[]): string[] {
  const train = splits.get('train')
  if (train === undefined) throw new UserError('data.no-train-split', { files: listed(files) })
  const evaluation = evaluationSplit({ splits })
  return [...train, ...evaluation === undefined ? [] : splits.get(evaluation)!]
}

function noDataFiles(name: string): UserError {
  return new UserError('hub.no-data-files', { name, extensions: DATA_EXTENSIONS.join(', ') })
}
