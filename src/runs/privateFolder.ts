/**
 * Folders that only this user can open: sockets, keys, the queue. What lies there is believed, unlike what lies in a run folder.
 *
 * They are a machine's own, as processes and devices are: on Linux a home can be shared by several.
 */
import { lstat, mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import envPaths from 'env-paths'
import { UserError } from '../protocol/errors.ts'

const forOthers = 0o077

/**
 * Path of a folder of this user and machine, made where it is missing.
 * @throws UserError for one that cannot be made, that belongs to somebody else or that others can open
 */
export async function privateFolder(name: string): Promise<string> {
  const { data } = envPaths('finetune', { suffix: '' })
  const folder = process.platform === 'linux' ? join(data, 'machines', encodeURIComponent(hostname()), name) : join(data, name)
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new UserError('user.folder-unwritable', { folder, reason: error.message })
  })
  const stats = await lstat(folder)
  if (!stats.isDirectory()) throw refused(folder, 'it is no folder')
  if (process.platform === 'win32') return folder
  if (stats.uid !== process.getuid!()) throw refused(folder, 'it belongs to another user')
  if ((stats.mode & forOthers) !== 0) throw refused(folder, 'others can open it')
  return folder
}

function refused(folder: string, reason: string): UserError {
  return new UserError('user.folder-not-private', { folder, reason })
}
