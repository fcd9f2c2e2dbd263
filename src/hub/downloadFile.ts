/**
 * One file into the cache: resumed where it was cut, and only under its name once its size and hash are right. The lock is the one
 * that huggingface_hub's filelock takes, so that one process downloads and the others, Python's too, wait and find it.
 */
import { createHash, type Hash } from 'node:crypto'
import { existsSync, lstatSync, realpathSync } from 'node:fs'
import { copyFile, lstat, mkdir, open, rename, rm, symlink, type FileHandle } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { UserError } from '../protocol/errors.ts'
import { takeLock } from '../runs/lock.ts'
import type { CachedRepository } from './cache.ts'
import { etagOf, understood, type PinnedName, type RepositoryFile } from './repository.ts'
import { send, withRetries, type Connection } from './requests.ts'

export interface Download {
  connection: Connection
  repository: CachedRepository
  name: PinnedName
  /** Snapshots get copies, not links. */
  copiesFiles: boolean
  /** Told as bytes of this file are there: of the network's, or those that lay there already. */
  onProgress(bytes: number): void
}

const lockPoll = 200

/** The path of a file in the snapshot of its commit, downloaded where it is not there. */
export async function downloadFile(file: RepositoryFile, download: Download): Promise<string> {
  const { repository, name, connection } = download
  const pointer = repository.file(name.commit, file.path)
  if (repository.holds(pointer, file.size)) {
    download.onProgress(file.size)
    return pointer
  }
  const blob = repository.blob(etagOf(file))
  await makeFolderBelow(repository.folder, dirname(blob), file.path)
  await mkdir(repository.locks, { recursive: true })
  const lock = await waitForLock(repository.lock(etagOf(file)), connection.signal)
  try {
    await makeFolderBelow(repository.snapshot(name.commit), dirname(pointer), file.path)
    if (repository.holds(pointer, file.size)) return pointer
    const isNew = !repository.holds(blob, file.size)
    if (isNew) await fetchBlob(file, blob, download)
    else download.onProgress(file.size)
    await link(blob, pointer, { isNew, copiesFiles: download.copiesFiles })
    return pointer
  } finally {
    await lock.release()
  }
}

async function waitForLock(path: string, signal?: AbortSignal) {
  for (;;) {
    signal?.throwIfAborted()
    const lock = await takeLock(path)
    if (lock !== undefined) return lock
    await setTimeout(lockPoll, undefined, { signal })
  }
}

/** @throws UserError where a link that lies in the cache would lead the folder elsewhere */
async function makeFolderBelow(top: string, folder: string, path: string): Promise<void> {
  await mkdir(top, { recursive: true })
  // A link on the way would let mkdir make folders at its other end: each step is looked at before the next is made.
  for (let at = top, names = relative(top, folder).split(/[/\\]/).filter(Boolean); ; at = join(at, names.shift()!)) {
    await mkdir(at, { recursive: true })
    if (lstatSync(at).isSymbolicLink()) throw new UserError('hub.unsafe-name', { name: top, file: path })
    if (names.length === 0) break
  }
  if (realpathSync(folder) !== join(realpathSync(top), relative(top, folder))) throw new UserError('hub.unsafe-name', { name: top, file: path })
}

/** Brings a blob to its place, whole and right. @throws UserError where it arrives wrong twice */
async function fetchBlob(file: RepositoryFile, blob: string, download: Download): Promise<void> {
  const partial = `${blob}.incomplete`
  // What is written to must be a file of its own.
  if ((await lstat(partial).catch(() => undefined))?.isFile() === false) await rm(partial, { recursive: true })
  for (const isLast of [false, true]) {
    const handle = await open(partial, 'a+')
    try {
      await understood(download.connection, download.name, () => receive(handle, file, download))
      await handle.sync()
    } finally {
      await handle.close()
    }
    if (await hashOf(partial, file) === etagOf(file)) return rename(partial, blob)
    await rm(partial)
    download.onProgress(0)
    if (isLast) throw new UserError('hub.wrong-content', { file: file.path, name: download.name.id, endpoint: download.connection.endpoint })
  }
}

/** Writes what is missing behind what is there; a cut connection goes on where it was cut. */
async function receive(handle: FileHandle, { path, size }: RepositoryFile, { connection, name, onProgress }: Download): Promise<void> {
  let length = (await handle.stat()).size
  let lengthBefore = length
  const url = `${connection.endpoint}/${name.type === 'dataset' ? 'datasets/' : ''}${name.id}/resolve/${name.commit}/${path.split('/').map(encodeURIComponent).join('/')}`
  async function begin(at: number): Promise<void> {
    await handle.truncate(at)
    length = at
    onProgress(at)
  }
  if (length > size) await begin(0)
  onProgress(length)
  await withRetries(connection, async () => {
    lengthBefore = length
    if (length === size) return
    const from = length
    // Compressed bytes have no place to go on from.
    const response = await send(connection, url, { headers: { 'accept-encoding': 'identity', ...from > 0 ? { range: `bytes=${from}-` } : {} } })
    const isRest = response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${from}-`)
    if (!isRest) await begin(0)
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      const wanted = chunk.subarray(0, size - length)
      await handle.appendFile(wanted)
      length += wanted.length
      onProgress(length)
      if (length === size) break
    }
    if (length < size) throw new TypeError('terminated: the body ended early')
  }, { hasProgressed: () => length > lengthBefore })
}

/** What the file would be called by its content. */
async function hashOf(path: string, { size, sha256 }: RepositoryFile): Promise<string> {
  const hash: Hash = sha256 === undefined ? createHash('sha1').update(`blob ${size}\0`) : createHash('sha256')
  const file = await open(path)
  try {
    for await (const chunk of file.createReadStream({ highWaterMark: 1 << 20, autoClose: false })) hash.update(chunk as Buffer)
    return hash.digest('hex')
  } finally {
    await file.close()
  }
}

/** Puts a blob into a snapshot, as huggingface_hub's _create_symlink does: a relative link; without links, the blob itself where it is new, else a copy. */
async function link(blob: string, pointer: string, { isNew, copiesFiles }: { isNew: boolean, copiesFiles: boolean }): Promise<void> {
  await rm(pointer, { force: true })
  if (!copiesFiles) {
    try {
      return await symlink(relative(dirname(pointer), blob), pointer)
    } catch (error) {
      if (existsSync(pointer)) return
      if (process.platform !== 'win32' && (error as NodeJS.ErrnoException).code !== 'EPERM') throw error
    }
  }
  if (isNew) return rename(blob, pointer)
  const temporary = `${blob}.copy`
  await copyFile(blob, temporary)
  await rename(temporary, pointer)
}
