/** A finished run to a repository of the Hub, in one commit. */
import { accountOf } from '../hub/account.ts'
import type { Credential } from '../hub/credentials.ts'
import { commitFiles, createRepository, isRepositoryName, repositoryState, requireValidCard, type RepositoryState } from '../hub/modelRepository.ts'
import { UserError } from '../protocol/errors.ts'
import { writePublishRecord } from '../runs/publishRecord.ts'
import { preparePublication } from './publication.ts'

export interface PublishOptions {
  /** `name` of the account itself, or `owner/name`. */
  repository: string
  /** Of a new repository; one that is there must not be seen by more people than this says. */
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
  /** As the repository is: one that was there keeps what it had. */
  private: boolean
}

/** @throws UserError for a run that is not finished, a name or account that cannot be used, a repository that is there already */
export async function publish(folder: string, credential: Credential, options: PublishOptions): Promise<Published> {
  const repository = await requireRepository(options, credential)
  const { files } = await preparePublication(folder, repository, options.withExamples)
  await requireValidCard(files.find(({ path }) => path === 'README.md')!.content as string, credential)
  const { commit: parent, isPrivate } = await openRepository(repository, credential, options)
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
  await writePublishRecord(folder, { format: 1, state: 'published', endpoint: credential.endpoint, repository, private: isPrivate, commit })
  return { repository, commit, url: `${credential.endpoint}/${repository}`, private: isPrivate }
}

/** The full name that is asked for, checked. @throws UserError for one that the Hub would not have */
export async function requireRepository({ repository }: Pick<PublishOptions, 'repository'>, credential: Credential): Promise<string> {
  const account = await accountOf(credential)
  const full = repository.includes('/') ? repository : `${account.name}/${repository}`
  if (!isRepositoryName(full)) throw new UserError('publish.name', { name: full })
  return full
}

/** The repository as it is before the commit, made where there is none. What comes into it from now on the Hub refuses the commit for. */
async function openRepository(name: string, credential: Credential, options: PublishOptions): Promise<RepositoryState> {
  const found = await repositoryState(name, credential)
  requireFree(name, found, options)
  if (found !== undefined) return found
  await createRepository(name, options.private, credential)
  const made = (await repositoryState(name, credential))!
  requireFree(name, made, options)
  return made
}

/**
 * Whether a run may go into a repository that is there, or into none yet.
 * @throws UserError for one that everybody sees where private was asked for, and for one with files unless its last commit is named
 */
export function requireFree(name: string, found: RepositoryState | undefined, asked: Pick<PublishOptions, 'private' | 'parentCommit'>): void {
  const { private: isPrivate, parentCommit } = asked
  if (found === undefined) {
    if (parentCommit !== undefined) throw new UserError('publish.no-repository', { name })
    return
  }
  if (isPrivate && !found.isPrivate) throw new UserError('publish.is-public', { name })
  if (parentCommit === undefined && !found.isEmpty) throw new UserError('publish.exists', { name, commit: found.commit })
  if (parentCommit !== undefined && parentCommit !== found.commit) throw new UserError('publish.changed-since', { name })
}
