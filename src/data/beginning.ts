/** The first bytes of a file, by which its kind is known. */
import { open } from 'node:fs/promises'
import { UserError } from '../protocol/errors.ts'

const UTF8_BOM = Buffer.from('\ufeff')

export async function readBeginning(file: string, length: number): Promise<Buffer> {
  try {
    const handle = await open(file)
    try {
      const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(length), length })
      return buffer.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw new UserError('data.file-unreadable', { file, reason: (error as NodeJS.ErrnoException).code ?? String(error) })
  }
}

/** How many bytes of a byte order mark, as Excel writes it, stand before the text. */
export function bomLength(beginning: Buffer): number {
  return beginning.subarray(0, UTF8_BOM.length).equals(UTF8_BOM) ? UTF8_BOM.length : 0
}
