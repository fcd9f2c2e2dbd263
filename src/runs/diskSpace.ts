/** Room on the disk: asked for before a long write, and told in a person's words where it ran out. */
import { existsSync, statfsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { UserError } from '../protocol/errors.ts'

/** Bytes that this user may still write in a folder that exists or is yet to be made; Infinity where the file system does not say. */
export function freeSpace(folder: string): number {
  let existing = resolve(folder)
  while (!existsSync(existing)) existing = dirname(existing)
  const { blocks, bavail, bsize } = statfsSync(existing)
  return blocks === 0 ? Infinity : bavail * bsize
}

/** @throws UserError where `bytes` are more than the disk of `folder` has left; `what` is what they are for */
export function requireSpace(folder: string, bytes: number, what: string): void {
  const free = freeSpace(folder)
  if (free < bytes) throw noSpace(folder, bytes, free, what)
}

/** What to throw for an error of a write: a UserError where the disk or the user's share of it was full, else the error itself. */
export function spaceError(error: unknown, folder: string, bytes: number, what: string): unknown {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOSPC' || code === 'EDQUOT' ? noSpace(folder, bytes, freeSpace(folder), what) : error
}

function noSpace(folder: string, bytes: number, free: number, what: string): UserError {
  return new UserError('run.no-space', { what, folder, needed: megabytes(bytes), free: megabytes(free) })
}

function megabytes(bytes: number): string {
  return `${(Math.ceil(bytes / 1e5) / 10).toLocaleString('en-US')} MB`
}
