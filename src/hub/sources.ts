/** A model and data by name: what of them must be downloaded, and where they lie then. */
import { existsSync } from 'node:fs'
import { UserError } from '../protocol/errors.ts'
import { parseHubName, type HubName } from '../protocol/hubName.ts'
import { notice, type Notice } from '../protocol/notices.ts'
import type { Settings } from '../protocol/settings.ts'
import { hubDataset, hubModel } from '../runs/sourceNames.ts'
import type { HubOrigin } from '../runs/runRecord.ts'
import { planDataset } from './datasetSnapshot.ts'
import { openRepository, type DownloadProgress, type Hub, type HubRepository } from './hubRepository.ts'
import { modelPaths } from './modelSnapshot.ts'
import { requireSpace } from './space.ts'

export type SourceSettings = Pick<Settings, 'model_name_or_path' | 'dataset' | 'model_revision' | 'dataset_revision' | 'dataset_config_name' | 'train_split_name' | 'validation_split_name'>

/** Which commits the names stood for; null for what is local. */
export type Origins = { model: HubOrigin | null, dataset: HubOrigin | null }

export interface Sources {
  /** For loading: folders and files of this machine. */
  model_name_or_path: string
  dataset: string[]
  origins: Origins
  notices: Notice[]
  /** Bytes that are yet to be downloaded. */
  missingBytes: number
  /** Downloads them. @throws UserError */
  download(onProgress: (what: 'model' | 'dataset', name: string, progress: DownloadProgress) => void): Promise<void>
}

/**
 * Finds what the settings name. Names go to the Hub, or to the cache where it cannot be asked; only what tells which files are
 * needed (a card, an index of shards) is downloaded here.
 * @param pinned the commits that an earlier part of the same run had: it goes on with those
 * @throws UserError where a name leads nowhere
 */
export async function findSources(settings: SourceSettings, openHub: () => Promise<Hub>, pinned: Origins = { model: null, dataset: null }): Promise<Sources> {
  const names = { model: at(hubModel(settings), pinned.model), dataset: at(hubDataset(settings), pinned.dataset) }
  const local = { model_name_or_path: settings.model_name_or_path, dataset: settings.dataset }
  const notices = localNotices(settings)
  const missing = names.dataset === undefined ? settings.dataset.find((path) => !existsSync(path)) : undefined
  if (missing !== undefined) throw new UserError('data.file-missing', { path: missing })
  const origins: Origins = { model: null, dataset: null }
  const parts: { what: 'model' | 'dataset', repository: HubRepository, paths: string[] }[] = []
  let hub: Hub | undefined
  if (names.model !== undefined || names.dataset !== undefined) {
    hub = await openHub()
    if (names.model !== undefined) {
      const repository = await openRepository(hub, names.model)
      parts.push({ what: 'model', repository, paths: await modelPaths(repository) })
      notices.push(...repository.notices)
      origins.model = originOf(repository, settings.model_revision)
      local.model_name_or_path = repository.folder
    }
    if (names.dataset !== undefined) {
      const { repository, paths, folder, notices: found } = await planDataset(hub, await openRepository(hub, names.dataset), settings)
      parts.push({ what: 'dataset', repository, paths })
      notices.push(...found)
      origins.dataset = originOf(repository, repository.name.revision)
      local.dataset = [folder]
    }
  }
  return {
    ...local, origins, notices,
    missingBytes: parts.flatMap(({ repository, paths }) => repository.missing(paths)).reduce((sum, { size }) => sum + size, 0),
    async download(onProgress) {
      // A model that has just been downloaded is little use without room for its data.
      const needed = await Promise.all(parts.map(({ repository, paths }) => repository.neededSpace(paths)))
      if (hub) requireSpace(hub, parts.map(({ repository }) => repository.name.id).join(', '), needed.reduce((sum, bytes) => sum + bytes, 0))
      for (const { what, repository, paths } of parts) await repository.download(paths, (progress) => onProgress(what, repository.name.id, progress))
    },
  }
}

function at(name: HubName | undefined, pinned: HubOrigin | null): HubName | undefined {
  // A converted branch is found anew: what the run read is told by its fingerprint.
  return name !== undefined && pinned !== null && !pinned.revision.startsWith('refs/') ? { ...name, revision: pinned.commit } : name
}

function originOf({ name }: HubRepository, revision: string): HubOrigin {
  return { id: name.presentId, revision, commit: name.commit }
}

/** A folder here wins over a repository of the same name; one who may have meant the other is told. */
function localNotices({ model_name_or_path, dataset }: SourceSettings): Notice[] {
  const names = [parseHubName('model', model_name_or_path), dataset.length === 1 ? parseHubName('dataset', dataset[0]) : undefined]
  const written = [model_name_or_path, dataset[0]]
  return names.flatMap((name, index) => name !== undefined && existsSync(written[index]) ? [notice('hub.local-wins', { name: written[index] })] : [])
}
