/** What the shared cache holds, and how to take something out of it: as huggingface_hub's scan_cache_dir and delete_revisions (utils/_cache_manager.py). */
import type { Stats } from 'node:fs'
import { lstat, readdir, readFile, realpath, rm, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { UserError } from '../protocol/errors.ts'
import { commitPattern, isRepositoryId, type RepositoryType } from '../protocol/hubName.ts'
import { takeLock } from '../runs/lock.ts'
import { CachedRepository } from './cache.ts'

export interface CachedRevision {
  commit: string
  /** Branches and tags that were this commit when they were last asked for. */
  refs: string[]
  files: number
  bytes: number
  modified: Date
}

export interface CachedRepositoryView {
  type: RepositoryType
  id: string
  /** Of all revisions, what they share counted once. */
  bytes: number
  /** As the file system tells it, where it keeps that. */
  used: Date
  revisions: CachedRevision[]
}

interface Blob { path: string, stats: Stats }
interface Snapshot { commit: string, files: number, blobs: Blob[], modified: Date }

/** The models and datasets in a cache, the largest first; none where there is no cache yet. What is not laid out as a repository is left out. */
export async function scanCache(cache: string): Promise<CachedRepositoryView[]> {
  const found = await Promise.all((await namesIn(cache)).map(async (name) => {
    const repository = repositoryNamed(name)
    return repository && scanRepository(cache, repository).catch(() => undefined)
  }))
  return found.filter((each) => each !== undefined).sort((a, b) => b.bytes - a.bytes)
}

function repositoryNamed(folder: string): { type: RepositoryType, id: string } | undefined {
  const [, type, name] = /^(model|dataset)s--(.+)$/.exec(folder) ?? []
  const id = name?.replace('--', '/')
  return id !== undefined && isRepositoryId(id) ? { type: type as RepositoryType, id } : undefined
}

async function scanRepository(cache: string, { type, id }: { type: RepositoryType, id: string }): Promise<CachedRepositoryView> {
  const repository = new CachedRepository(cache, type, id)
  const [snapshots, refs] = await Promise.all([snapshotsOf(repository), refsOf(repository)])
  const blobs = unique(snapshots.flatMap((snapshot) => snapshot.blobs))
  return {
    type, id, bytes: total(blobs),
    used: latest(blobs.map(({ stats }) => stats.atime)),
    revisions: snapshots.map(({ commit, files, blobs: own, modified }) => ({
      commit, files, bytes: total(unique(own)), modified, refs: refs.filter((ref) => ref.commit === commit).map(({ name }) => name),
    })),
  }
}

async function snapshotsOf(repository: CachedRepository): Promise<Snapshot[]> {
  const commits = (await readdir(join(repository.folder, 'snapshots'))).filter((name) => commitPattern.test(name))
  return Promise.all(commits.map(async (commit) => {
    const folder = repository.snapshot(commit)
    const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => !entry.isDirectory())
    const blobs = await Promise.all(entries.map(async ({ parentPath, name }) => {
      const path = await realpath(join(parentPath, name))
      return { path, stats: await stat(path) }
    }))
    return { commit, files: blobs.length, blobs, modified: latest(blobs.map(({ stats }) => stats.mtime)) }
  }))
}

async function refsOf(repository: CachedRepository): Promise<{ name: string, commit: string }[]> {
  const folder = join(repository.folder, 'refs')
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return Promise.all(entries.filter((entry) => entry.isFile()).map(async ({ parentPath, name }) => {
    const path = join(parentPath, name)
    return { name: relative(folder, path).split(sep).join('/'), commit: await readFile(path, 'utf8') }
  }))
}

type CachedName = Pick<CachedRepositoryView, 'type' | 'id'>

/** Bytes that removing these revisions would free. @throws UserError as removeRevisions does */
export async function bytesFreed(cache: string, name: CachedName, commits: readonly string[]): Promise<number> {
  return total((await planRemoval(cache, name, commits)).freed)
}

interface Removal {
  repository: CachedRepository
  going: Snapshot[]
  kept: Snapshot[]
  /** Contents that only the revisions that go have, and that lie in this repository's own folder. */
  freed: Blob[]
}

async function planRemoval(cache: string, { type, id }: CachedName, commits: readonly string[]): Promise<Removal> {
  const repository = new CachedRepository(cache, type, id)
  const [own, place] = await Promise.all([join(repository.folder, 'snapshots'), cache].map((path) => realpath(path).catch(() => undefined)))
  if (own === undefined || place === undefined) throw new UserError('hub.not-in-cache', { name: id })
  const folder = join(place, basename(repository.folder))
  // A link in the place of the folder, or of what is in it, would have things removed elsewhere.
  if (own !== join(folder, 'snapshots')) throw new UserError('hub.cache-link', { name: id, folder: repository.folder })
  const snapshots = await snapshotsOf(repository)
  const [going, kept] = [true, false].map((isGoing) => snapshots.filter(({ commit }) => commits.includes(commit) === isGoing))
  const keptPaths = new Set(kept.flatMap(({ blobs }) => blobs.map(({ path }) => path)))
  return { repository, going, kept, freed: unique(going.flatMap(({ blobs }) => blobs)).filter(({ path }) => !keptPaths.has(path) && path.startsWith(folder + sep)) }
}

/**
 * Takes revisions out of the cache: their snapshots, and the contents that no other revision of the repository has.
 * @returns bytes that are free now
 * @throws UserError while a process downloads one of the contents, and where the repository is a link to elsewhere
 */
export async function removeRevisions(cache: string, name: CachedName, commits: readonly string[]): Promise<number> {
  const { repository, going, kept, freed } = await planRemoval(cache, name, commits)
  const locks = await Promise.all((await namesIn(repository.locks)).map((name) => takeLock(join(repository.locks, name))))
  try {
    if (locks.includes(undefined)) throw new UserError('hub.in-use', { name: name.id })
    if (kept.length === 0) await rm(repository.folder, { recursive: true })
    else await removeParts(repository, going, freed)
  } finally {
    for (const lock of locks) await lock?.release()
  }
  // The files of the locks stay: a process may hold one by now.
  return total(freed)
}

async function removeParts(repository: CachedRepository, snapshots: Snapshot[], blobs: Blob[]): Promise<void> {
  for (const { name, commit } of await refsOf(repository)) {
    if (snapshots.some((snapshot) => snapshot.commit === commit)) await rm(join(repository.folder, 'refs', ...name.split('/')), { force: true })
  }
  // Links first: a kill in between leaves contents without a name, never a name without contents.
  for (const { commit } of snapshots) {
    for (const path of [repository.snapshot(commit), join(repository.folder, '.no_exist', commit), join(repository.folder, 'trees', `${commit}.json`)]) {
      await rm(path, { recursive: true, force: true })
    }
  }
  const own = await realpath(join(repository.folder, 'blobs')).catch(() => undefined)
  for (const { path } of blobs) {
    // A link that somebody planted may lead elsewhere: only what lies among this repository's blobs is removed.
    if (own !== undefined && relative(own, path) === path.slice(own.length + 1) && (await lstat(path).catch(() => undefined))?.isFile()) await rm(path)
  }
}

function unique(blobs: readonly Blob[]): Blob[] {
  return [...new Map(blobs.map((blob) => [blob.path, blob])).values()]
}

function total(blobs: readonly Blob[]): number {
  return blobs.reduce((sum, { stats }) => sum + stats.size, 0)
}

function latest(dates: readonly Date[]): Date {
  return new Date(Math.max(0, ...dates.map((date) => date.getTime())))
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}
