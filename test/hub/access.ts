/** Which repository a request may see: the same refusals for one that is missing and one that is not for the asker's eyes. */
import { ownsNamespace } from './accounts.ts'
import { findCommit, type Commit, type Repository, type RepositoryType } from './repositories.ts'
import { Refusal, type Call } from './route.ts'

/** `models` or `datasets` of a path, as the type. */
export function typeOf(plural: string): RepositoryType {
  return plural === 'datasets' ? 'dataset' : 'model'
}

/**
 * The repository of an id, or a redirect to its present name (307, as for `ag_news` → `fancyzhx/ag_news`; then undefined).
 * Source of the refusals: huggingface_hub, utils/_http.py hf_raise_for_status: 401 for a missing and for a private repository
 * without a token, RepoNotFound with one.
 */
export function findRepository({ hub, account, response, request }: Call, type: RepositoryType, id: string): Repository | undefined {
  const repository = hub.repositories.find((each) => each.type === type && each.id === id)
  if (repository !== undefined && maySee(repository, account)) return repository
  const renamed = hub.repositories.find((each) => each.type === type && each.formerIds.includes(id))
  if (renamed !== undefined && maySee(renamed, account)) {
    response.writeHead(307, { location: request.url!.replace(id, renamed.id), 'content-length': 0 }).end()
    return undefined
  }
  if (account === undefined) throw new Refusal(401, 'Invalid username or password.')
  throw new Refusal(404, 'Repository not found', { code: 'RepoNotFound' })
}

function maySee(repository: Repository, account: Call['account']): boolean {
  return !repository.private || ownsNamespace(account, repository.id.split('/')[0])
}

/** Source: huggingface_hub, utils/_http.py: `RevisionNotFound` and, for files of a gated repository, `GatedRepo` (401 without a token, else 403). */
export function commitOf(repository: Repository, revision: string): Commit {
  const commit = findCommit(repository, revision)
  if (commit === undefined) throw new Refusal(404, `Invalid rev id: ${revision}`, { code: 'RevisionNotFound' })
  return commit
}

export function requireGrant({ account }: Call, repository: Repository): void {
  if (repository.gated === false || ownsNamespace(account, repository.id.split('/')[0])) return
  const name = `${repository.type} ${repository.id}`
  if (account === undefined) throw new Refusal(401, `Access to ${name} is restricted. You must have access to it and be authenticated to access it. Please log in.`, { code: 'GatedRepo' })
  if (!repository.granted.has(account.name)) throw new Refusal(403, `Access to ${name} is restricted and you are not in the authorized list.`, { code: 'GatedRepo' })
}
