/** Writes safetensors files, byte for byte as the safetensors library does for the same tensors, one tensor in memory at a time. */
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { bitsOf } from './dtypes.ts'

/** A tensor to write; `data` is asked for when its turn comes and may be awaited (a device copies it then). Row-major, `shape`'s product long. */
export type TensorSource = { name: string, shape: readonly number[] } & (
  | { dtype: 'F32', data: () => Float32Array | Promise<Float32Array> }
  | { dtype: 'I64', data: () => BigInt64Array | Promise<BigInt64Array> }
)

const dtypeOrder = Object.keys(bitsOf)

/**
 * Writes `path` and has it on the disk (fsync) when it returns. Not atomic: write where an unfinished file is not found, then rename.
 * `metadata` `{ format: 'pt' }` is what transformers asks of a file.
 */
export async function writeSafetensors(path: string, tensors: readonly TensorSource[], metadata: Readonly<Record<string, string>> = { format: 'pt' }): Promise<void> {
  const sorted = tensors.toSorted(inFileOrder)
  const file = await open(path, 'w')
  try {
    await writeAll(file, headerOf(sorted, metadata))
    for (const tensor of sorted) {
      const values = await tensor.data()
      if (values.byteLength !== byteLength(tensor)) {
        throw new Error(`tensor ${tensor.name} [${tensor.shape.join(', ')}] gave ${values.length} values`)
      }
      await writeAll(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The library's order: the most aligned type first, then the name by its UTF-8 bytes. */
function inFileOrder(a: TensorSource, b: TensorSource): number {
  return dtypeOrder.indexOf(b.dtype) - dtypeOrder.indexOf(a.dtype) || Buffer.compare(Buffer.from(a.name), Buffer.from(b.name))
}

function byteLength({ dtype, shape }: TensorSource): number {
  return shape.reduce((product, length) => product * length, 1) * bitsOf[dtype] / 8
}

/** The header's length in 8 bytes, then its JSON, filled up with spaces to a multiple of 8. */
function headerOf(tensors: readonly TensorSource[], metadata: Readonly<Record<string, string>>): Buffer {
  const entries: [string, object][] = [['__metadata__', metadata]]
  let offset = 0
  for (const tensor of tensors) {
    const end = offset + byteLength(tensor)
    entries.push([tensor.name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [offset, end] }])
    offset = end
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
  const length = Math.ceil(json.length / 8) * 8
  const header = Buffer.alloc(8 + length, ' ')
  header.writeBigUInt64LE(BigInt(length))
  json.copy(header, 8)
  return header
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done)
    done += bytesWritten
  }
}
