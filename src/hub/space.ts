/** Room for a download on the cache's disk: asked for before its first byte, and told in a person's words where it ran out. */
import { stat } from 'node:fs/promises'
import { UserError } from '../protocol/errors.ts'
import { freeSpace as freeOnDisk } from '../runs/diskSpace.ts'
import type { CachedRepository } from './cache.ts'
import type { Hub } from './hubRepository.ts'
import { etagOf, type RepositoryFile } from './repository.ts'

/**
 * Bytes that files will take which are yet to come into a snapshot. With links, files of the same content are one blob, which may be there
 * in part or whole; without links each has its own, on Windows perhaps.
 */
export async function neededSpace(files: readonly RepositoryFile[], repository: CachedRepository, { environment: { copiesFiles } }: Hub): Promise<number> {
  const copies = copiesFiles || process.platform === 'win32'
  const blobs = new Map(files.map((file) => [etagOf(file), file]))
  let needed = copies ? total(files) : total([...blobs.values()])
  for (const [etag, { size }] of blobs) {
    const blob = repository.blob(etag)
    const there = await stat(blob).then(({ size: whole }) => copies ? 0 : whole, () => stat(`${blob}.incomplete`).then(({ size: part }) => part, () => 0))
    needed -= Math.min(size, there)
  }
  return needed
}

/** @throws UserError where they are more than the cache's disk has left. @param name of what is to be downloaded */
export function requireSpace(hub: Hub, name: string, bytes: number): void {
  if (freeSpaceOf(hub) < bytes) throw noSpace(hub, name, bytes)
}

/** What to throw for an error of a write: a UserError where the disk was full, or may not be written. */
export function diskProblem(error: unknown, hub: Hub, name: string, bytes: number): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return noSpace(hub, name, bytes)
  const isRefused = code === 'EACCES' || code === 'EROFS' || code === 'EPERM' || code === 'ENOTDIR'
  return isRefused ? new UserError('hub.cache-unwritable', { cache: hub.environment.cache, reason: message }) : error
}

function noSpace(hub: Hub, name: string, bytes: number): UserError {
  return new UserError('hub.no-space', { name, cache: hub.environment.cache, needed: megabytes(bytes), free: megabytes(freeSpaceOf(hub)) })
}

function freeSpaceOf({ environment: { cache }, freeSpace = freeOnDisk }: Hub): number {
  return freeSpace(cache)
}

function total(files: readonly RepositoryFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0)
}

function megabytes(bytes: number): string {
  return `${(Math.ceil(bytes / 1e5) / 10).toLocaleString('en-US')} MB`
}
