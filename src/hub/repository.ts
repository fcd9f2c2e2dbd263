/** What a repository on the Hub holds at a revision: @huggingface/hub speaks the protocol, what it returns is checked. */
import { datasetInfo, listFiles, modelInfo } from '@huggingface/hub'
import { z } from 'zod'
import { UserError } from '../protocol/errors.ts'
import { clashingPath, isPlainPath } from '../protocol/foreignPath.ts'
import { explained } from './hubRefusal.ts'
import { commitPattern, isRepositoryId, type HubName } from '../protocol/hubName.ts'
import { hubFetch, type Connection } from './requests.ts'

/** A name with the commit that its revision was when asked for. */
export interface PinnedName extends HubName {
  commit: string
  /** What it is called today, where `id` is a former name: `fancyzhx/ag_news` of `ag_news`. */
  presentId: string
}

export interface RepositoryFile {
  path: string
  size: number
  /** git's hash: of a large file's pointer, else of the file. */
  oid: string
  /** Of a large file. */
  sha256?: string
}

/** What the cache calls the content of a file. */
export function etagOf({ sha256, oid }: RepositoryFile): string {
  return sha256 ?? oid
}

const informationSchema = z.object({ name: z.string().refine(isRepositoryId), sha: z.string().regex(commitPattern) })

/** Asks which commit a revision is now. @throws UserError where there is none, or not for this account */
export async function pin(connection: Connection, name: HubName): Promise<PinnedName> {
  const { type, id, revision } = name
  const options = { name: id, revision, hubUrl: connection.endpoint, fetch: hubFetch(connection) }
  const ask = (): Promise<unknown> => type === 'model' ? modelInfo({ ...options, additionalFields: ['sha'] }) : datasetInfo({ ...options, additionalFields: ['sha'] })
  const found = await understood(connection, name, ask)
  const { sha, name: presentId } = requireAnswer(informationSchema, found, connection)
  return { ...name, commit: sha, presentId }
}

const refsSchema = z.object({ branches: z.array(z.object({ name: z.string() })), tags: z.array(z.object({ name: z.string() })).default([]) })
const mostRevisions = 100

/** Its branches and tags: huggingface_hub, hf_api.py, list_repo_refs. */
export async function revisionsOf(connection: Connection, name: HubName): Promise<string[]> {
  const { type, id } = name
  const answer = await understood(connection, name, async () => (await hubFetch(connection)(`${connection.endpoint}/api/${type}s/${id}/refs`)).json())
  const { branches, tags } = requireAnswer(refsSchema, answer, connection)
  return [...branches, ...tags].map((each) => each.name).filter(isPlainPath).slice(0, mostRevisions)
}

const oid = z.string().regex(/^[0-9a-f]{40}$/)
const size = z.int().min(0)
const fileSchema = z.object({
  path: z.string(), size, oid, lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size }).optional(),
})

/**
 * The files at a commit, by path.
 * @throws UserError for hashes that are none, and for names that could not be made below a folder on every system, or not side by side
 */
export async function repositoryFiles(connection: Connection, name: PinnedName): Promise<RepositoryFile[]> {
  const { type, id, commit } = name
  const files = await understood(connection, name, async () => {
    const found: RepositoryFile[] = []
    for await (const entry of listFiles({ repo: { type, name: id }, revision: commit, recursive: true, hubUrl: connection.endpoint, fetch: hubFetch(connection) })) {
      if (entry.type === 'file') found.push(asFile(requireAnswer(fileSchema, entry, connection)))
    }
    return found
  })
  requirePlainPaths(files.map(({ path }) => path), id)
  return files
}

/** @throws UserError for the first name that is not plain, or that is another one's on some system */
export function requirePlainPaths(paths: readonly string[], name: string): void {
  const bad = paths.find((path) => !isPlainPath(path)) ?? clashingPath(paths)
  if (bad !== undefined) throw new UserError('hub.unsafe-name', { name, file: bad })
}

function asFile({ path, size, oid, lfs }: z.output<typeof fileSchema>): RepositoryFile {
  return lfs === undefined ? { path, size, oid } : { path, size: lfs.size, oid, sha256: lfs.oid }
}

/** Does a request about a repository; its refusal is told in a person's words. */
export async function understood<T>(connection: Connection, name: HubName, request: () => Promise<T>): Promise<T> {
  try {
    return await request()
  } catch (error) {
    throw explained(error, name, connection)
  }
}

/** @throws UserError for an answer that is not what a Hub says */
export function requireAnswer<Schema extends z.ZodType>(schema: Schema, answer: unknown, { endpoint }: Connection): z.output<Schema> {
  const checked = schema.safeParse(answer)
  if (checked.success) return checked.data
  const [{ path, message }] = checked.error.issues
  throw new UserError('hub.strange-answer', { endpoint, reason: `${path.join('.')}: ${message}` })
}
