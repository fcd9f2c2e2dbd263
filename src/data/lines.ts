/** The lines of a file as bytes, in a stream, without their line breaks (LF or CRLF) and without a byte order mark. */
import { createReadStream } from 'node:fs'
import { UserError } from '../protocol/errors.ts'
import { bomLength } from './beginning.ts'

const LF = 10
const LONGEST_LINE = 1 << 26 // 64 MiB

export async function* readLines(file: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  let isFirst = true
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    const bytes: Buffer = Buffer.concat([rest, chunk as Buffer])
    let start = isFirst ? bomLength(bytes) : 0
    isFirst = false
    for (let end = bytes.indexOf(LF, start); end !== -1; end = bytes.indexOf(LF, start)) {
      yield bytes.subarray(start, end)
      start = end + 1
    }
    rest = bytes.subarray(start)
    if (rest.length > LONGEST_LINE) throw new UserError('data.line-too-long', { file, bytes: LONGEST_LINE })
  }
  if (rest.length > 0) yield rest
}
