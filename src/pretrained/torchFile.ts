/**
 * Opens what torch.save writes of a state dict, a pytorch_model.bin: a zip archive, not compressed, of a pickle with names and shapes
 * (data.pkl) and a file for each storage (data/KEY); before torch 1.6 pickles, and then the storages, one after the other.
 */
import { open, type FileHandle } from 'node:fs/promises'
import { posix } from 'node:path'
import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { UserError } from '../protocol/errors.ts'
import { ForbiddenGlobal, PickleError, readPickle } from './pickle.ts'
import type { TensorFile } from './safetensors.ts'
import { readStateDict, tensorEntries } from './stateDict.ts'

/** Names and shapes take some hundred bytes a tensor. */
const maxPickleBytes = 16 << 20

/** The pickle of a number of torch's, with which the older format begins. */
const oldMagic = '\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.'

/** A stored part of the file. */
interface Part { begin: number, bytes: number }

/**
 * Finds each tensor in the file, and reads none. The pickle is read as data; one that could run code in Python is refused.
 * @throws UserError that names the file
 */
export async function openTorchFile(path: string): Promise<TensorFile> {
  const file = await open(path)
  try {
    const head = (await readPart(file, { begin: 0, bytes: oldMagic.length })).toString('latin1')
    if (head.startsWith('version ')) throw new UserError('model.file-lfs', { file: path })
    if (!head.startsWith('PK') && head !== oldMagic) throw new PickleError('it is no zip archive')
    return { path, tensors: await (head === oldMagic ? readOldFormat(file) : readArchive(path, file)), dataStart: 0 }
  } catch (error) {
    if (error instanceof ForbiddenGlobal) throw new UserError('model.pickle-global', { file: path, name: error.global })
    if (error instanceof PickleError) throw new UserError('model.torch-file', { file: path, reason: error.message })
    throw error
  } finally {
    await file.close()
  }
}

async function readArchive(path: string, file: FileHandle): Promise<TensorFile['tensors']> {
  const zip = await openPromise(path, { autoClose: false }).catch((error: Error) => { throw new PickleError(error.message) })
  try {
    const entries = await entriesOf(zip)
    const pickle = [...entries.keys()].find((name) => posix.basename(name) === 'data.pkl')
    if (pickle === undefined) throw new PickleError('it has no data.pkl')
    const folder = posix.dirname(pickle)
    const { size } = await file.stat()
    const partOf = (name: string) => partOfEntry(zip, entries.get(posix.join(folder, name)), name, size)
    // Written since torch 2.1.
    const byteOrder = entries.has(posix.join(folder, 'byteorder')) ? (await readPart(file, await partOf('byteorder'))).toString() : 'little'
    if (byteOrder !== 'little') throw new PickleError('its numbers are big-endian')
    const pickled = await partOf('data.pkl')
    if (pickled.bytes > maxPickleBytes) throw new PickleError('its data.pkl is too large')
    const state = readStateDict(await readPart(file, pickled))
    const begins = new Map<string, number>()
    for (const { key, bytes } of state.storages.values()) {
      const part = await partOf(`data/${key}`)
      if (part.bytes < bytes) throw new PickleError(`its storage ${key} has ${part.bytes} bytes, not ${bytes}`)
      begins.set(key, part.begin)
    }
    return tensorEntries(state, begins)
  } finally {
    zip.close()
  }
}

/** After the magic number: the format's version, the machine, the state dict, the storages' keys; then each storage, after its number of elements. */
async function readOldFormat(file: FileHandle): Promise<TensorFile['tensors']> {
  const { size } = await file.stat()
  const bytes = await readPart(file, { begin: 0, bytes: Math.min(size, maxPickleBytes) })
  const version = readPickle(bytes, nothing, oldMagic.length)
  const machine = readPickle(bytes, nothing, version.end)
  if (!(machine.value instanceof Map) || machine.value.get('little_endian') !== true) throw new PickleError('its numbers are big-endian')
  const state = readStateDict(bytes, machine.end)
  const keys = readPickle(bytes, nothing, state.end)
  const begins = new Map<string, number>()
  let at = keys.end
  for (const key of Array.isArray(keys.value) ? keys.value as unknown[] : []) {
    const storage = state.storages.get(typeof key === 'string' ? key : '')
    if (!storage) throw new PickleError('it has a storage that no tensor lies in')
    const count = await readPart(file, { begin: at, bytes: 8 })
    if (at + 8 + storage.bytes > size) throw new PickleError('it ends before its storages do')
    if (count.readBigInt64LE() !== BigInt(storage.elements)) throw new PickleError(`its storage ${storage.key} is not as long as its tensors need`)
    begins.set(storage.key, at + 8)
    at += 8 + storage.bytes
  }
  if (begins.size < state.storages.size) throw new PickleError('it lacks a storage')
  return tensorEntries(state, begins)
}

/** What stands beside a state dict names nothing. */
const nothing: Parameters<typeof readPickle>[1] = { globals: new Map(), persistent: () => { throw new PickleError('it refers to a storage too early') } }

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  try {
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry)
  } catch (error) {
    throw new PickleError((error as Error).message)
  }
  return entries
}

async function partOfEntry(zip: ZipFile, entry: Entry | undefined, name: string, size: number): Promise<Part> {
  if (!entry) throw new PickleError(`it lacks ${name}`)
  const { compressionMethod, compressedSize, uncompressedSize: bytes } = entry
  const { fileDataStart: begin } = await zip.readLocalFileHeaderPromise(entry, { minimal: true })
    .catch((error: Error) => { throw new PickleError(error.message) })
  if (compressionMethod !== 0 || compressedSize !== bytes) throw new PickleError(`its ${name} is compressed`)
  if (begin + bytes > size) throw new PickleError(`it ends before its ${name} does`)
  return { begin, bytes }
}

/** Less than was asked for where the file ends. */
async function readPart(file: FileHandle, { begin, bytes }: Part): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(bytes), position: begin })
  return buffer.subarray(0, bytesRead)
}
