/** Texts for `finetune predict`, one per line, from a file or a pipe of any length. */
import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { UserError } from '../protocol/errors.ts'

const newline = 0x0a

/**
 * The lines of a stream of bytes, without their line breaks (LF or CRLF). A blank one is a text too, so that answers stay beside
 * their lines. Throws a UserError that names `source` and the first line that is not UTF-8.
 */
export async function* inputLines(stream: AsyncIterable<Uint8Array>, source: string): AsyncGenerator<string> {
  let line = 0
  let rest: Uint8Array = new Uint8Array()
  function decoded(bytes: Buffer): string {
    line += 1
    if (!isUtf8(bytes)) throw new UserError('predict.not-utf8', { source, line })
    const text = bytes.toString('utf8').replace(/\r$/, '')
    return line === 1 ? text.replace(/^\ufeff/, '') : text
  }
  for await (const chunk of stream) {
    const bytes = Buffer.concat([rest, chunk])
    let start = 0
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      yield decoded(bytes.subarray(start, end))
      start = end + 1
    }
    rest = bytes.subarray(start)
  }
  if (rest.length > 0) yield decoded(Buffer.from(rest))
}

/** The lines of a file. Throws a UserError where it cannot be read. */
export async function* fileLines(path: string): AsyncGenerator<string> {
  try {
    yield* inputLines(createReadStream(path), path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new UserError('predict.file-missing', { path })
    if (code === 'EISDIR' || code === 'EACCES') throw new UserError('predict.file-unreadable', { path, reason: code })
    throw error
  }
}
