/**
 * Reads safetensors files: 8 bytes header length, a JSON header (name -> dtype, shape, data_offsets), then the data.
 * https://huggingface.co/docs/safetensors; the checks are those of the safetensors library, made before anything in the file is trusted.
 */
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { UserError } from '../protocol/errors.ts'
import { bitsOf, isDtype, isReadable, toFloat32 } from './dtypes.ts'
import type { Dtype } from './dtypes.ts'

/** The library's own limit: a header is a few kB, one of 100 MB is an attack or not a header. */
const maxHeaderBytes = 100_000_000
const chunkBytes = 4 << 20

export interface TensorEntry {
  name: string
  dtype: Dtype
  shape: readonly number[]
  /** Number of elements: the product of `shape`. */
  size: number
  /** Where its bytes begin and end, counted from the file's `dataStart`. */
  begin: number
  end: number
}

/** A checked file of named tensors: every entry's bytes lie within it. */
export interface TensorFile {
  readonly path: string
  readonly tensors: ReadonlyMap<string, TensorEntry>
  /** The byte of the file that entries count from. */
  readonly dataStart: number
}

/** Its tensors, in the order of their data, lie one after the other, without gap or overlap. */
export interface Safetensors extends TensorFile {
  readonly metadata: Readonly<Record<string, string>>
}

/** Reads and checks the header; throws a UserError that names the file and, where there is one, the tensor. */
export async function openSafetensors(path: string): Promise<Safetensors> {
  const file = await openFile(path)
  try {
    const { size } = await file.stat()
    const { header, dataStart } = await readHeader(file, path, size)
    const { __metadata__: metadata = {}, ...entries } = header
    const tensors = Object.entries(entries).map(([name, entry]) => checkedEntry(path, name, entry))
    tensors.sort((a, b) => a.begin - b.begin || a.end - b.end)
    checkOffsets(path, tensors, size - dataStart)
    return { path, metadata: checkedMetadata(path, metadata), tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), dataStart }
  } finally {
    await file.close()
  }
}

/** The tensor as float32 values in the order of the file (row-major). */
export async function readTensor(file: TensorFile, name: string): Promise<Float32Array> {
  const target = new Float32Array(entryOf(file, name).size)
  await readTensorInto(file, name, target)
  return target
}

/**
 * Reads a tensor as float32 into `target` (as many places as it has elements), in pieces, so that no second copy of it is in memory:
 * float32 comes right where it is to be, and the next piece while one is converted and checked. A NaN, an infinity or a type that does not convert is a UserError.
 */
export async function readTensorInto(file: TensorFile, name: string, target: Float32Array): Promise<void> {
  const { dtype, size, begin } = entryOf(file, name)
  if (!isReadable(dtype)) throw new UserError('model.tensor-type', { file: file.path, tensor: name, dtype })
  if (target.length !== size) throw new Error(`tensor ${name} has ${size} elements, its target ${target.length}`)
  const elementBytes = bitsOf[dtype] / 8
  const count = chunkBytes / elementBytes
  const pieces = Array.from({ length: Math.ceil(size / count) }, (_, i) => target.subarray(i * count, (i + 1) * count))
  const chunks = dtype === 'F32' ? undefined : pieces.slice(0, 2).map(({ length }) => new Uint8Array(length * elementBytes))
  const handle = await openFile(file.path)
  const read = async (i: number) => {
    const { buffer, byteOffset, length } = pieces[i]
    const bytes = chunks ? chunks[i % 2].subarray(0, length * elementBytes) : new Uint8Array(buffer as ArrayBuffer, byteOffset, length * elementBytes)
    if (!await readFully(handle, bytes, file.dataStart + begin + i * chunkBytes)) throw new UserError('model.file-truncated', { file: file.path, tensor: name })
    return bytes
  }
  try {
    let coming: Promise<Uint8Array<ArrayBuffer>> | undefined
    for (const [i, values] of pieces.entries()) {
      const bytes = await (coming ?? read(i))
      coming = i + 1 < pieces.length ? read(i + 1) : undefined
      coming?.catch(() => {}) // told when it is its turn
      if (chunks) toFloat32(dtype, bytes, values)
      if (!allFinite(values)) throw new UserError('model.tensor-not-finite', { file: file.path, tensor: name })
    }
  } finally {
    await handle.close()
  }
}

/** A finite number less itself is 0, any other is NaN and stays in a sum. Four sums beside one another, as each addition waits for the one before. */
function allFinite(values: Float32Array): boolean {
  let a = 0, b = 0, c = 0, d = 0
  const end = values.length - 3
  let i = 0
  for (; i < end; i += 4) {
    a += values[i] - values[i]
    b += values[i + 1] - values[i + 1]
    c += values[i + 2] - values[i + 2]
    d += values[i + 3] - values[i + 3]
  }
  for (; i < values.length; i++) a += values[i] - values[i]
  return a + b + c + d === 0
}

function entryOf(file: TensorFile, name: string): TensorEntry {
  const entry = file.tensors.get(name)
  if (!entry) throw new Error(`${file.path} has no tensor ${name}`)
  return entry
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new UserError('model.file-missing', { file: path })
    throw error
  }
}

async function readHeader(file: FileHandle, path: string, size: number): Promise<{ header: Record<string, unknown>, dataStart: number }> {
  const prefix = Buffer.alloc(8)
  if (!(await file.stat()).isFile() || !await readFully(file, prefix, 0)) throw new UserError('model.file-no-header', { file: path })
  if (prefix.toString('latin1') === 'version ') throw new UserError('model.file-lfs', { file: path })
  const length = Number(prefix.readBigUInt64LE())
  if (length > maxHeaderBytes || 8 + length > size) throw new UserError('model.file-no-header', { file: path })
  const bytes = new Uint8Array(length)
  if (!await readFully(file, bytes, 8)) throw new UserError('model.file-no-header', { file: path })
  const header = parseJson(bytes)
  if (!isRecord(header)) throw new UserError('model.file-no-header', { file: path })
  return { header, dataStart: 8 + length }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

function checkedEntry(path: string, name: string, entry: unknown): TensorEntry {
  const malformed = (): UserError => new UserError('model.tensor-entry', { file: path, tensor: name })
  if (!isRecord(entry)) throw malformed()
  const { dtype, shape, data_offsets: offsets } = entry
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) throw malformed()
  if (!isDtype(dtype)) throw new UserError('model.tensor-dtype', { file: path, tensor: name, dtype: String(dtype) })
  const [begin, end] = offsets
  const size = shape.reduce((product, length) => product * length, 1)
  const bytes = size * bitsOf[dtype] / 8
  // A product beyond 2^53 is no longer exact, but then it is no file's length either.
  if (bytes !== end - begin) {
    throw new UserError('model.tensor-size', { file: path, tensor: name, dtype, shape: shape.join(', '), needed: bytes, actual: end - begin })
  }
  return { name, dtype, shape, size, begin, end }
}

function checkedMetadata(path: string, metadata: unknown): Record<string, string> {
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw new UserError('model.tensor-entry', { file: path, tensor: '__metadata__' })
  }
  return metadata as Record<string, string>
}

/** Sorted by offset, each tensor begins where the one before it ends, and the last ends with the file. A name given twice leaves a gap. */
function checkOffsets(path: string, tensors: readonly TensorEntry[], dataBytes: number): void {
  let expected = 0
  for (const { name, begin, end } of tensors) {
    if (begin !== expected) throw new UserError('model.tensor-offset', { file: path, tensor: name, begin, expected })
    if (end > dataBytes) throw new UserError('model.file-truncated', { file: path, tensor: name })
    expected = end
  }
  if (expected !== dataBytes) throw new UserError('model.file-surplus', { file: path, surplus: dataBytes - expected })
}

/** Fills `bytes` from `position` on; false where the file ends first. */
async function readFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<boolean> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done)
    if (bytesRead === 0) return false
    done += bytesRead
  }
  return true
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0)
}
