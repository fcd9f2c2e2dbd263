/** Bytes of a file over HTTP: ranges as RFC 9110 has them, and what a test wants to go wrong. */
import { open } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Content } from './repositories.ts'
import { Refusal, type Fault } from './route.ts'

interface Sent {
  content: Content
  size: number
  /** With its quotes. */
  etag: string
  headers: Record<string, string>
  fault: Fault | undefined
}

/** Answers GET and HEAD with a file: 200, 206 for a range, 416 beyond its end; a range whose If-Range no longer holds gets the whole file (RFC 9110, 13.1.5 and 14). */
export async function sendContent(request: IncomingMessage, response: ServerResponse, { content, size, etag, headers, fault }: Sent): Promise<void> {
  const range = fault?.ignoresRange ? undefined : request.headers['if-range'] === undefined || request.headers['if-range'] === etag ? request.headers.range : undefined
  const { start, end } = readRange(range, size)
  response.writeHead(range === undefined ? 200 : 206, {
    'content-type': 'application/octet-stream', 'accept-ranges': 'bytes', etag, ...headers, 'content-length': end - start,
    ...range === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${size}` },
  })
  if (request.method === 'HEAD') return void response.end()
  await sendBytes(response, content, start, end, fault)
}

/** The half-open range that is asked for; all of it without a header. */
function readRange(header: string | undefined, size: number): { start: number, end: number } {
  if (header === undefined) return { start: 0, end: size }
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(header) ?? []
  const start = Number(first)
  const end = last ? Math.min(Number(last) + 1, size) : size
  if (!(start < end)) throw new Refusal(416, 'Requested range not satisfiable', { headers: { 'content-range': `bytes */${size}` } })
  return { start, end }
}

async function sendBytes(response: ServerResponse, content: Content, start: number, end: number, fault: Fault = {}): Promise<void> {
  const { cutAfter = Infinity } = fault
  const last = Math.min(end, start + cutAfter)
  try {
    await pipeline(pieces(content, start, last, fault), response, { end: false })
  } catch {
    return // the client has gone
  }
  // Ended rather than destroyed: what was written still goes out.
  if (last < end) response.socket?.end()
  else response.end()
}

async function* pieces(content: Content, start: number, end: number, { corruptAt = -1, pieces = 1 << 18, pause }: Fault): AsyncGenerator<Buffer> {
  const source = await reader(content)
  try {
    for (let at = start; at < end; at += pieces) {
      const bytes = await source.read(at, Math.min(pieces, end - at))
      const place = start + corruptAt - at
      if (corruptAt >= 0 && place >= 0 && place < bytes.length) bytes[place] ^= 1
      yield bytes
      await pause?.(at + bytes.length - start)
    }
  } finally {
    await source.close()
  }
}

async function reader(content: Content): Promise<{ read(at: number, length: number): Promise<Buffer>, close(): Promise<void> }> {
  if (!('file' in content)) return { read: async (at, length) => Buffer.from(content.subarray(at, at + length)), close: async () => {} }
  const file = await open(content.file)
  return { read: async (at, length) => (await file.read({ buffer: Buffer.alloc(length), position: at })).buffer, close: () => file.close() }
}
