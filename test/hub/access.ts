/** Which repository a request may see: the same refusals for one that is missing and one that is not for the asker's eyes. */
import { ownsNamespace } from './accounts.ts'
import type { LocalHub } from './hub.ts'
import { findCommit, type Commit, type Repository, type RepositoryType } from './repositories.ts'
import { Refusal, type Call } from './route.ts'

/** hub-docs oauth.md: `contribute-repos` creates repositories, and reads and writes those alone. */
const createdByApplication = new WeakMap<LocalHub, WeakSet<Repository>>()

export function noteCreation({ hub, account }: Call, repository: Repository): void {
  if (!account?.scopes?.includes('contribute-repos')) return
  const created = createdByApplication.get(hub) ?? new WeakSet()
  createdByApplication.set(hub, created.add(repository))
}

/** Whether the application, whose token this is, made the repository. */
export function isOwnCreation({ hub, account }: Call, repository: Repository): boolean {
  return account?.scopes?.includes('contribute-repos') === true && createdByApplication.get(hub)?.has(repository) === true
}

/** Whether a token has one of these scopes. One that no application was given has none, and needs none. */
function holds({ account }: Call, ...scopes: string[]): boolean {
  return account !== undefined && (account.scopes === undefined || scopes.some((scope) => account.scopes!.includes(scope)))
}

/** hub-docs oauth.md: `read-repos`, and what includes it, read personal repositories, and those of organizations. */
function isOwn(call: Call, repository: Repository): boolean {
  return ownsNamespace(call.account, repository.id.split('/')[0]) && (holds(call, 'read-repos', 'write-repos', 'manage-repos') || isOwnCreation(call, repository))
}

/** `models` or `datasets` of a path, as the type. */
export function typeOf(plural: string): RepositoryType {
  return plural === 'datasets' ? 'dataset' : 'model'
}

/**
 * The repository of an id, or a redirect to its present name (307, as for `ag_news` → `fancyzhx/ag_news`; then undefined).
 * Source of the refusals: huggingface_hub, utils/_http.py hf_raise_for_status: 401 for a missing and for a private repository
 * without a token, RepoNotFound with one.
 */
export function findRepository(call: Call, type: RepositoryType, id: string): Repository | undefined {
  const { hub, account, response, request } = call
  const repository = hub.repositories.find((each) => each.type === type && each.id === id)
  if (repository !== undefined && maySee(call, repository)) return repository
  const renamed = hub.repositories.find((each) => each.type === type && each.formerIds.includes(id))
  if (renamed !== undefined && maySee(call, renamed)) {
    response.writeHead(307, { location: request.url!.replace(id, renamed.id), 'content-length': 0 }).end()
    return undefined
  }
  if (account === undefined) throw new Refusal(401, 'Invalid username or password.')
  throw new Refusal(404, 'Repository not found', { code: 'RepoNotFound' })
}

/** Whether it is public, or the asker's to read. */
export function maySee(call: Call, repository: Repository): boolean {
  return !repository.private || isOwn(call, repository)
}

/** Source: huggingface_hub, utils/_http.py: `RevisionNotFound` and, for files of a gated repository, `GatedRepo` (401 without a token, else 403). */
export function commitOf(repository: Repository, revision: string): Commit {
  const commit = findCommit(repository, revision)
  if (commit === undefined) throw new Refusal(404, `Invalid rev id: ${revision}`, { code: 'RevisionNotFound' })
  return commit
}

/** hub-docs oauth.md: `gated-repos` reads what the person was granted access to. */
export function requireGrant(call: Call, repository: Repository): void {
  if (repository.gated === false || isOwn(call, repository)) return
  const { account } = call
  const name = `${repository.type} ${repository.id}`
  if (account === undefined) throw new Refusal(401, `Access to ${name} is restricted. You must have access to it and be authenticated to access it. Please log in.`, { code: 'GatedRepo' })
  if (!repository.granted.has(account.name) || !holds(call, 'gated-repos')) throw new Refusal(403, `Access to ${name} is restricted and you are not in the authorized list.`, { code: 'GatedRepo' })
}
