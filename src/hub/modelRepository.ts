/**
 * A model repository of the Hub, to write to: @huggingface/hub speaks the protocol. Xet is off: large files go to the LFS storage that every
 * mirror has, whole or in parts, and a file that is there already is not sent again.
 */
import { commitIter, createRepo, HubApiError, listCommits, listFiles, modelInfo, type CommitData, type ListFileEntry } from '@huggingface/hub'
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
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
export async function commitFiles(name: string, files: readonly CommitFile[], credential: Credential, options: CommitOptions): Promise<string> {
  const { title, parent, signal, onProgress } = options
  const steps = commitIter({
    repo: name, title, parentCommit: parent, useXet: false, abortSignal: signal,
    operations: files.map(({ path, content }) => ({
      operation: 'addOrUpdate', path, content: typeof content === 'string' ? new Blob([content]) : pathToFileURL(content.file),
    })),
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
    // The answer may be lost of a commit that was made: then its second sending is refused, or the Hub is not reached again.
    const isClear = error instanceof HubApiError && error.statusCode < 500 && error.statusCode !== 412
    const made = isClear ? undefined : await ownCommit(name, files, credential, options).catch(() => undefined)
    if (made !== undefined) return made
    throw writeError(error, name, credential.endpoint)
  }
}

/** The last commit, where it is these files on that parent. Texts are compared by git's own hash, files by their sizes. */
async function ownCommit(name: string, files: readonly CommitFile[], credential: Credential, options: CommitOptions): Promise<string | undefined> {
  const { title, parent } = options
  const common = { repo: name, ...hubOf(credential) }
  const last: CommitData[] = []
  for await (const commit of listCommits({ ...common, batchSize: 2 })) if (last.push(commit) === 2) break
  const [head, before] = last
  if (head?.title !== title || before?.oid !== parent) return undefined
  const there = new Map<string, ListFileEntry>()
  for await (const entry of listFiles({ ...common, revision: head.oid, recursive: true })) there.set(entry.path, entry)
  const isThere = await Promise.all(files.map(async ({ path, content }) => {
    const entry = there.get(path)
    if (entry === undefined) return false
    return typeof content === 'string' ? entry.oid === blobHash(content) : entry.size === (await stat(content.file)).size
  }))
  return isThere.every(Boolean) ? head.oid : undefined
}

/** gitformat-loose: the hash of a blob. */
function blobHash(content: string): string {
  return createHash('sha1').update(`blob ${Buffer.byteLength(content)}\0${content}`).digest('hex')
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
