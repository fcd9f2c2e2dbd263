/** What a route of the local Hub is, and how one says no. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LocalHub, Seen } from './hub.ts'
import type { Account } from './accounts.ts'

export interface Call {
  hub: LocalHub
  seen: Seen
  request: IncomingMessage
  response: ServerResponse
  url: URL
  /** What the groups of the route's path matched, percent-decoded. */
  parts: string[]
  /** Whose token came with the request; undefined without one. A token that nobody has never gets here. */
  account: Account | undefined
  fault: Fault | undefined
}

export interface Route {
  method: string
  path: RegExp
  handle(call: Call): Promise<void> | void
}

/** What goes wrong with one answer, on demand. */
export interface Fault {
  /** Answer with this status instead. */
  status?: number
  headers?: Record<string, string>
  /** Break the connection after this many bytes of the body; 0: before any answer. */
  cutAfter?: number
  /** Make the commit that is asked for, and break the connection before any answer. */
  losesAnswer?: boolean
  /** Turn over one bit of the byte at this place of what is sent. */
  corruptAt?: number
  /** Send all of it, whatever range is asked for. */
  ignoresRange?: boolean
  /** Send pieces of this many bytes… */
  pieces?: number
  /** …and wait for this after each; it is told how many bytes were sent. */
  pause?(sent: number): Promise<unknown> | void
}

/** The Hub says no: status, `X-Error-Code` and `X-Error-Message` as huggingface_hub's hf_raise_for_status reads them (utils/_http.py). */
export class Refusal extends Error {
  readonly status: number
  readonly headers: Record<string, string>

  constructor(status: number, message: string, { code, headers = {} }: { code?: string, headers?: Record<string, string> } = {}) {
    super(message)
    this.status = status
    this.headers = { ...headers, 'x-error-message': message, ...code === undefined ? {} : { 'x-error-code': code } }
  }
}

export function sendJson(response: ServerResponse, value: unknown, { status = 200, headers = {} }: { status?: number, headers?: Record<string, string> } = {}): void {
  const body = Buffer.from(JSON.stringify(value))
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length, ...headers })
  response.end(body)
}

/** The text that came with a request, noted in what was seen. */
export async function textOf({ request, seen }: Call): Promise<string> {
  return seen.text = (await bodyOf(request)).toString()
}

/** The whole body of a request: forms of OAuth, which hold secrets on their right way, and large files. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
