/** Where the model and data of settings lie, those of the Hub as far as they are in the cache. */
import { datasetParts, folderParts } from '../hub/datasetParts.ts'
import { machineHub } from '../hub/machineHub.ts'
import { openRepository } from '../hub/hubRepository.ts'
import { revisionsOf } from '../hub/repository.ts'
import { findSources } from '../hub/sources.ts'
import { UserError } from '../protocol/errors.ts'
import type { DatasetParts } from '../protocol/hubMessages.ts'
import type { Notice } from '../protocol/notices.ts'
import { quick } from '../protocol/presets.ts'
import type { Settings } from '../protocol/settings.ts'
import { hubDataset, hubModel } from '../runs/sourceNames.ts'

export interface Located<Place> {
  place: Place
  /** Bytes that are yet to be downloaded. */
  missing: number
  /** What its name stands for, where that is to be known. */
  notices: Notice[]
  /** On the Hub, as it is called there today; null for what is local. */
  id: string | null
}

/** What tells a model's size and how it reads texts: less than its weights by far. */
const small = ['config.json', 'tokenizer.json', 'tokenizer_config.json']

/** @throws UserError where a name leads nowhere, or the Hub cannot be asked and the cache does not know it */
export async function locateData(settings: Settings, token: string | null): Promise<Located<string[]>> {
  const { dataset, missingBytes, notices, origins } = await findSources({ ...settings, model_name_or_path: quick.model_name_or_path }, () => hubOf(token))
  return { place: dataset, missing: missingBytes, notices, id: origins.dataset?.id ?? null }
}

/** Its small files are downloaded where they are missing. @throws UserError as locateData does */
export async function locateModel(settings: Settings, token: string | null): Promise<Located<string>> {
  const { model_name_or_path, missingBytes, notices, origins } = await findSources({ ...settings, dataset: [...quick.dataset as string[]] }, () => hubOf(token))
  const name = hubModel(settings)
  if (missingBytes > 0 && name !== undefined) {
    const repository = await openRepository(await hubOf(token), name)
    await repository.download(small.filter((path) => repository.paths.includes(path)))
  }
  return { place: model_name_or_path, missing: missingBytes, notices, id: origins.model?.id ?? null }
}

/** Its branches and tags, where the Hub can be asked. @param id as it is called today */
export async function modelRevisions(id: string | null, settings: Settings, token: string | null): Promise<string[]> {
  const name = hubModel(settings)
  if (name === undefined || id === null) return []
  const { connection, environment } = await hubOf(token)
  return environment.isOffline ? [] : await revisionsOf(connection, { ...name, id }).catch(unlessMistake) ?? []
}

/** What there is to choose from in the data; undefined for files, and where it cannot be told. */
export async function partsOf(settings: Settings, token: string | null): Promise<DatasetParts | undefined> {
  const name = hubDataset(settings)
  const found = name === undefined ? folderParts(settings.dataset, settings.dataset_config_name) : datasetParts(await hubOf(token), name, settings.dataset_config_name)
  return found.catch(unlessMistake)
}

/** Why it cannot be told is said where it is opened. */
function unlessMistake(error: unknown): undefined {
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
  if (!isMissing && !(error instanceof UserError)) throw error
}

function hubOf(token: string | null): ReturnType<typeof machineHub> {
  return machineHub({ token: token ?? undefined })
}
