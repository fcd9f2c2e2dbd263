/** Writes that a kill or a power cut leaves whole: either all of the new or all of the old is there afterwards. */
import { open, readdir, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Names that begin with this are work in progress: nobody reads them, and the next writer of the folder removes them. */
export const temporaryPrefix = '.tmp-'

/** Puts `content` at `path`, over what is there. For one writer at a time. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `${temporaryPrefix}${basename(path)}`)
  const file = await open(temporary, 'w')
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  await syncFolder(dirname(path))
}

/** All files under a folder, as paths relative to it with `/`, sorted. */
export async function filesUnder(folder: string, below = ''): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true })
  const files = await Promise.all(entries.map((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) return filesUnder(folder, path)
    return entry.isFile() ? [path] : []
  }))
  return files.flat().sort()
}

/** Brings what a file holds to the disk. A copy of a read-only file is read-only; Windows syncs only what is open for writing. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, process.platform === 'win32' ? 'r+' : 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Brings the names in a folder to the disk. Windows does so by itself and refuses to be asked. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
