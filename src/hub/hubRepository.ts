/** A repository at one commit, its files in the cache or on their way there. */
import { existsSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { UserError } from '../protocol/errors.ts'
import { notice, type Notice } from '../protocol/notices.ts'
import { CachedRepository, makeCache } from './cache.ts'
import { downloadFile } from './downloadFile.ts'
import type { HubEnvironment } from './environment.ts'
import { shownName, type HubName } from '../protocol/hubName.ts'
import { pin, repositoryFiles, type PinnedName, type RepositoryFile } from './repository.ts'
import type { Connection } from './requests.ts'
import { diskProblem, neededSpace, requireSpace } from './space.ts'

/** How to reach the Hub, and where its cache is. */
export interface Hub {
  environment: HubEnvironment
  connection: Connection
  /** For tests: bytes that may still be written in a folder. */
  freeSpace?(folder: string): number
}

/** A download between two files' bytes. */
export interface DownloadProgress {
  file: string
  fileBytes: number
  fileSize: number
  /** Of all files that are being downloaded. */
  bytes: number
  size: number
}

export class HubRepository {
  readonly name: PinnedName
  readonly notices: readonly Notice[]
  readonly #hub: Hub
  readonly #cached: CachedRepository
  readonly #files: ReadonlyMap<string, RepositoryFile>
  readonly #isLocal: boolean

  /** Use openRepository. */
  constructor(hub: Hub, name: PinnedName, files: readonly RepositoryFile[], { isLocal, notices }: { isLocal: boolean, notices: Notice[] }) {
    this.#hub = hub
    this.name = name
    this.notices = notices
    this.#cached = cachedRepository(hub, name)
    this.#files = new Map(files.map((file) => [file.path, file]))
    this.#isLocal = isLocal
  }

  /** The paths of all files at the commit; without the network and a list in the cache, those that are there. */
  get paths(): string[] {
    return [...this.#files.keys()]
  }

  /** The snapshot's folder, laid out as the repository. */
  get folder(): string {
    return this.#cached.snapshot(this.name.commit)
  }

  /** Those of the files that are yet to come. */
  missing(paths: readonly string[]): RepositoryFile[] {
    return this.#of(paths).filter(({ path, size }) => !this.#cached.holds(this.#cached.file(this.name.commit, path), size))
  }

  /** Bytes that those of the files that are yet to come will take on the disk. */
  neededSpace(paths: readonly string[]): Promise<number> {
    return neededSpace(this.missing(paths), this.#cached, this.#hub)
  }

  /**
   * Brings files into the snapshot.
   * @throws UserError where the network, the disk or their content is not as it should be, or they must not be downloaded
   */
  async download(paths: readonly string[], onProgress: (progress: DownloadProgress) => void = () => {}): Promise<void> {
    const files = this.missing(paths)
    if (files.length === 0) return
    const { connection, environment: { cache, copiesFiles } } = this.#hub
    if (this.#isLocal) throw new UserError('hub.partly-cached', { cache, name: shownName(this.name), file: files[0].path })
    const size = files.reduce((sum, file) => sum + file.size, 0)
    try {
      requireSpace(this.#hub, this.name.id, await this.neededSpace(paths))
      await makeCache(cache)
      let done = 0
      for (const file of files) {
        const report = (fileBytes: number) => onProgress({ file: file.path, fileBytes, fileSize: file.size, bytes: done + fileBytes, size })
        await downloadFile(file, { connection, repository: this.#cached, name: this.name, copiesFiles, onProgress: report })
        done += file.size
      }
    } catch (error) {
      throw diskProblem(error, this.#hub, this.name.id, size)
    }
  }

  /** Remembers for Python, too, which of these the repository does not have. */
  async rememberAbsent(paths: readonly string[]): Promise<void> {
    if (this.#isLocal || !existsSync(this.#cached.folder)) return
    await this.#cached.rememberMissing(this.name.commit, paths.filter((path) => !this.#files.has(path))).catch(() => {})
  }

  #of(paths: readonly string[]): RepositoryFile[] {
    return paths.map((path) => {
      const file = this.#files.get(path)
      if (file === undefined) throw new Error(`${this.name.id} has no ${path}`)
      return file
    })
  }
}

/**
 * Finds a repository: its revision's commit and that commit's files. Without the network, as the cache knows it.
 * @throws UserError where there is no such repository, or not for this account, or neither network nor cache has it
 */
export async function openRepository(hub: Hub, name: HubName): Promise<HubRepository> {
  if (hub.environment.isOffline) return fromCache(hub, name, [])
  try {
    return await fromHub(hub, name)
  } catch (error) {
    if (!(error instanceof UserError) || !unreachable.includes(error.code)) throw error
    const commit = await cachedRepository(hub, name).knownCommit(name.revision)
    if (commit === undefined) throw new UserError('hub.not-looked-up', { type: name.type, name: shownName(name), reason: error.message })
    return fromCache(hub, name, [notice('hub.from-cache', { name: shownName(name), reason: error.message })])
  }
}

const unreachable: readonly string[] = ['hub.unreachable', 'hub.failing', 'hub.rate-limited']

async function fromHub(hub: Hub, name: HubName): Promise<HubRepository> {
  const pinned = await pin(hub.connection, name)
  const cached = cachedRepository(hub, name)
  let files = await cached.knownFiles(pinned.commit)
  if (files === undefined) {
    files = await repositoryFiles(hub.connection, pinned)
    await cached.rememberFiles(pinned.commit, files).catch(() => {}) // A cache that cannot be written may have all that is needed.
  }
  await cached.remember(name, pinned.commit).catch(() => {})
  const notices = pinned.presentId === name.id ? [] : [notice('hub.renamed', { name: name.id, present: pinned.presentId })]
  return new HubRepository(hub, pinned, files, { isLocal: false, notices })
}

async function fromCache(hub: Hub, name: HubName, notices: Notice[]): Promise<HubRepository> {
  const cached = cachedRepository(hub, name)
  const commit = await cached.knownCommit(name.revision)
  if (commit === undefined || !existsSync(cached.snapshot(commit))) throw new UserError('hub.not-cached', { type: name.type, name: shownName(name) })
  const files = await cached.knownFiles(commit) ?? await filesIn(cached.snapshot(commit))
  return new HubRepository(hub, { ...name, commit, presentId: name.id }, files, { isLocal: true, notices })
}

/** What lies in a snapshot, where nobody wrote down what else belongs there: its hashes are not known. */
async function filesIn(snapshot: string): Promise<RepositoryFile[]> {
  const entries = await readdir(snapshot, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => !entry.isDirectory()).map(({ parentPath, name }) => {
    const path = join(parentPath, name)
    return { path: relative(snapshot, path).split(sep).join('/'), size: statSync(path).size, oid: '' }
  })
}

function cachedRepository({ environment }: Hub, { type, id }: HubName): CachedRepository {
  return new CachedRepository(environment.cache, type, id)
}
