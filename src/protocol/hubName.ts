/** Names of repositories as people write them: `owner/name`, an older `name`, each with `@revision` behind it. */
import { isPlainPath } from './foreignPath.ts'

export type RepositoryType = 'model' | 'dataset'

export interface HubName {
  type: RepositoryType
  /** `owner/name`, or `name` for one from before owners. */
  id: string
  /** A branch, a tag, a reference such as `refs/convert/parquet` or a commit. */
  revision: string
}

const part = '[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?'
const idPattern = new RegExp(`^(?:${part}/)?${part}$`)

/** A full commit hash: it names the same files for ever. */
export const commitPattern = /^[0-9a-f]{40}$/

/** Whether the Hub could have a repository of this id: huggingface_hub's validate_repo_id (utils/_validators.py). */
export function isRepositoryId(id: string): boolean {
  return id.length <= 96 && idPattern.test(id) && !id.includes('--') && !id.includes('..') && !id.endsWith('.git')
}

/** What `name` or `name@revision` names; undefined for what is no name on the Hub, such as a path. */
export function parseHubName(type: RepositoryType, text: string, revision = 'main'): HubName | undefined {
  const at = text.indexOf('@')
  const [id, own] = at === -1 ? [text, revision] : [text.slice(0, at), text.slice(at + 1)]
  return isRepositoryId(id) && isPlainPath(own) ? { type, id, revision: own } : undefined
}

/** `ag_news`, or `ag_news@v2` where it is not the main branch. */
export function shownName({ id, revision }: HubName): string {
  return revision === 'main' ? id : `${id}@${revision}`
}
