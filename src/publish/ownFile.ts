/** Files of a run folder, and of it alone: the folder may come from anywhere, and a link in it could lead to any file of this machine. */
import { lstat, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../protocol/errors.ts'

/** Undefined where there is no such file. @throws UserError where it, or a folder on the way to it, is a link */
export async function ownFile(folder: string, path: string): Promise<{ file: string, bytes: number } | undefined> {
  const file = join(await realpath(folder), path)
  const stats = await lstat(file).catch(() => undefined)
  if (stats === undefined) return undefined
  if (await realpath(file).catch(() => undefined) !== file) throw new UserError('publish.link', { file: join(folder, path) })
  return stats.isFile() ? { file, bytes: stats.size } : undefined
}
