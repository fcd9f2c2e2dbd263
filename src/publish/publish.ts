/** A finished run to a repository of the Hub, in one commit. */
import { accountOf } from '../hub/account.ts'
import type { Credential } from '../hub/credentials.ts'
import { commitFiles, createRepository, isRepositoryName, repositoryState, requireValidCard } from '../hub/modelRepository.ts'
import { UserError } from '../protocol/errors.ts'
import { writePublishRecord } from '../runs/publishRecord.ts'
import { preparePublication } from './publication.ts'

export interface PublishOptions {
  /** `name` of the account itself, or `owner/name`. */
  repository: string
  private: boolean
  /** Rows of the data are shown in the card. */
  withExamples?: boolean
  /** Of a repository that is there and not empty: its last commit, so that nothing is written over unseen. */
  parentCommit?: string
  signal: AbortSignal
  /** Share of all bytes that have gone up, 0 to 1, and the file under way. */
  onProgress(share: number, path: string): void
}

export interface Published {
  repository: string
  commit: string
  url: string
}

/** @throws UserError for a run that is not finished, a name or account that cannot be used, a repository that is there already */
export async function publish(folder: string, credential: Credential, options: PublishOptions): Promise<Published> {
  const repository = await requireRepository(options, credential)
  const { files } = await preparePublication(folder, repository, options.withExamples)
  await requireValidCard(files.find(({ path }) => path === 'README.md')!.content as string, credential)
  const parent = await parentOf(repository, credential, options)
  const progress = new Map(files.map(({ path }) => [path, 0]))
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const commit = await commitFiles(repository, files, credential, {
    title: 'Upload model', parent, signal: options.signal,
    onProgress(path, doing, share) {
      // Hashing reads a file once before it is sent: a tenth of the way.
      progress.set(path, doing === 'hashing' ? 0.1 * share : 0.1 + 0.9 * share)
      options.onProgress(files.reduce((sum, file) => sum + file.bytes * progress.get(file.path)!, 0) / total, path)
    },
  })
  await writePublishRecord(folder, { format: 1, state: 'published', endpoint: credential.endpoint, repository, private: options.private, commit })
  return { repository, commit, url: `${credential.endpoint}/${repository}` }
}

/** The full name that is asked for, checked. @throws UserError for one that the Hub would not have */
export async function requireRepository({ repository }: Pick<PublishOptions, 'repository'>, credential: Credential): Promise<string> {
  const account = await accountOf(credential)
  const full = repository.includes('/') ? repository : `${account.name}/${repository}`
  if (!isRepositoryName(full)) throw new UserError('publish.name', { name: full })
  return full
}

/** The commit to come after. A new repository is made where there is none. */
async function parentOf(repository: string, credential: Credential, options: PublishOptions): Promise<string> {
  await requireFree(repository, credential, options)
  const found = await repositoryState(repository, credential)
  if (found !== undefined) return options.parentCommit ?? found.commit
  await createRepository(repository, options.private, credential)
  return (await repositoryState(repository, credential))!.commit
}

/** @throws UserError `publish.exists` for a repository with files, unless its last commit is named */
export async function requireFree(repository: string, credential: Credential, { parentCommit }: Pick<PublishOptions, 'parentCommit'> = {}): Promise<void> {
  const found = await repositoryState(repository, credential)
  if (found === undefined || found.isEmpty || parentCommit !== undefined) return
  throw new UserError('publish.exists', { name: repository, commit: found.commit })
}
