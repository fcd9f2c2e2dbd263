/**
 * A model repository of the Hub, to write to: @huggingface/hub speaks the protocol. Xet is off: large files go to the LFS storage that every
 * mirror has, whole or in parts, and a file that is there already is not sent again.
 */
import { commitIter, createRepo, HubApiError, listFiles, modelInfo } from '@huggingface/hub'
import { pathToFileURL } from 'node:url'
import { UserError } from '../protocol/errors.ts'
import { boundFetch } from './boundFetch.ts'
import type { Credential } from './credentials.ts'
import { hubError } from './libraryErrors.ts'
import { uploadFetch } from './uploadFetch.ts'

export interface RepositoryState {
  /** The last commit of its main branch. */
  commit: string
  isPrivate: boolean
  /** Whether it holds nothing but what the Hub itself puts into a new one. */
  isEmpty: boolean
}

/** What is there under a name, as the owner of the token sees it. */
export async function repositoryState(name: string, credential: Credential): Promise<RepositoryState | undefined> {
  const common = hubOf(credential)
  try {
    const info = await modelInfo({ name, additionalFields: ['sha'], ...common })
    return { commit: info.sha, isPrivate: info.private, isEmpty: await isEmpty(name, info.sha, common) }
  } catch (error) {
    if (error instanceof HubApiError && error.statusCode === 404) return undefined
    throw hubError(error, credential.endpoint)
  }
}

/** Listed at the very commit: another may have come since it was asked for. */
async function isEmpty(name: string, revision: string, common: ReturnType<typeof hubOf>): Promise<boolean> {
  for await (const { path } of listFiles({ repo: name, revision, recursive: false, ...common })) if (path !== '.gitattributes') return false
  return true
}

/** Makes a repository. @throws UserError where the token may not, or the name is taken */
export async function createRepository(name: string, isPrivate: boolean, credential: Credential): Promise<void> {
  try {
    await createRepo({ repo: name, visibility: isPrivate ? 'private' : 'public', ...hubOf(credential) })
  } catch (error) {
    throw writeError(error, name, credential.endpoint)
  }
}

/** A file to commit: text, or a file of this machine. */
export interface CommitFile {
  path: string
  content: string | { file: string }
}

export interface CommitOptions {
  title: string
  /** The commit must be the next one after this. */
  parent: string
  signal: AbortSignal
  /** Share of the bytes of each large file that have been read for their hash, then sent: 0 to 1. */
  onProgress(path: string, doing: 'hashing' | 'uploading', share: number): void
}

/** Puts all files into one commit, or none. @returns the commit */
export async function commitFiles(name: string, files: readonly CommitFile[], credential: Credential, { title, parent, signal, onProgress }: CommitOptions): Promise<string> {
  const steps = commitIter({
    repo: name, title, parentCommit: parent, useXet: false, abortSignal: signal,
    operations: files.map(({ path, content }) => ({ operation: 'addOrUpdate', path, content: typeof content === 'string' ? new Blob([content]) : pathToFileURL(content.file) })),
    ...hubOf(credential),
    fetch: uploadFetch(boundFetch(credential.endpoint), signal),
  })
  try {
    for (;;) {
      const { done, value } = await steps.next()
      if (done) return value!.commit.oid
      if (value.event === 'fileProgress' && value.state !== 'error') onProgress(value.path, value.state, value.progress)
    }
  } catch (error) {
    signal.throwIfAborted()
    throw writeError(error, name, credential.endpoint)
  }
}

/** What the Hub finds wrong with a card, by its own check. @throws UserError with its words */
export async function requireValidCard(content: string, { endpoint }: Credential): Promise<void> {
  const response = await fetch(`${endpoint}/api/validate-yaml`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ repoType: 'model', content }),
  }).catch((error) => { throw hubError(error, endpoint) })
  if (response.ok) return
  const { errors = [] } = await response.json().catch(() => ({})) as { errors?: { message: string }[] }
  throw new UserError('publish.card', { reason: errors.map(({ message }) => message).join('; ') || `status ${response.status}` })
}

/** Whether a name may be one of a repository: huggingface_hub, utils/_validators.py, validate_repo_id. */
export function isRepositoryName(name: string): boolean {
  return /^\b[\w.-]+\b\/\b[\w.-]{1,96}\b$/.test(name) && name.length <= 96 && !/--|\.\.|\.git$/.test(name)
}

function hubOf({ token, endpoint }: Credential) {
  return { hubUrl: endpoint, accessToken: token, fetch: boundFetch(endpoint) }
}

function writeError(error: unknown, name: string, endpoint: string): unknown {
  if (!(error instanceof HubApiError)) return hubError(error, endpoint)
  switch (error.statusCode) {
    case 403: return new UserError('publish.forbidden', { name, endpoint })
    case 409: return new UserError('publish.name-taken', { name })
    case 412: return new UserError('publish.changed-since', { name })
    default: return hubError(error, endpoint)
  }
}
