/** Requests to one Hub: its token goes to it alone, what may pass by itself is tried again, what is wrong is said. */
import { setTimeout } from 'node:timers/promises'
import { version } from '../../package.json'
import { UserError } from '../protocol/errors.ts'
import { HubRefusal, refusedByEndpoint } from './hubRefusal.ts'

export interface Connection {
  endpoint: string
  /** Of an account at this endpoint; sent to its origin, however a request gets elsewhere. */
  token?: string
  /** Its time is over, as far as this machine knows. */
  isTokenExpired?: boolean
  /** Aborting ends requests and waits. */
  signal?: AbortSignal
  /** Further tries of what may pass: few where somebody waits for the answer. */
  tries?: number
  /** Told before each wait: why, and for how long. */
  onWait?(reason: string, seconds: number): void
  /** For tests: waiting so many milliseconds. */
  wait?(milliseconds: number, signal?: AbortSignal): Promise<unknown>
}

const userAgent = `finetune/${version}; node/${process.versions.node}`
const mostRedirects = 10
const mostAnswerBytes = 64 << 20
/** Seconds before each further try. */
const backOff = [1, 2, 4, 8, 15]
/** A Hub that asks for a longer wait is not waited for: it counts requests in windows of five minutes. */
const longestWait = 320
const passing = [408, 429, 500, 502, 503, 504]

/**
 * One request, its redirects followed; the body is yet to be read.
 * @throws HubRefusal for an answer with an error status, UserError for a certificate that is not trusted, else what fetch throws
 */
export async function send({ endpoint, token, signal }: Connection, url: string, init: RequestInit = {}): Promise<Response> {
  const home = new URL(endpoint).origin
  let at = new URL(url)
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const headers = new Headers(init.headers)
    headers.set('user-agent', userAgent)
    if (at.origin !== home) headers.delete('authorization')
    else if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
    const response = await fetch(at.href, { ...init, headers, redirect: 'manual', signal }).catch((error: unknown) => { throw networkProblem(error, at) })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null) return accepted(response)
    await response.body?.cancel()
    const next = new URL(location, at)
    if (next.protocol !== 'https:' && next.protocol !== at.protocol) throw new UserError('hub.downgrade', { from: at.origin, to: next.origin })
    if (next.username !== '' || next.password !== '') throw new UserError('hub.refused', { url: at.origin, reason: 'it redirects to an address with a password' })
    at = next
  }
  throw new UserError('hub.refused', { url: at.origin, reason: `more than ${mostRedirects} redirects` })
}

async function accepted(response: Response): Promise<Response> {
  if (response.ok) return response
  const body = await response.text().catch(() => '')
  throw new HubRefusal(response, response.headers.get('x-error-message') ?? body.slice(0, 200))
}

/**
 * Does something that may fail in passing, up to six times; `hasProgressed` begins the count anew.
 * @param unreachableTries after which a network that does not answer is given up
 */
export async function withRetries<T>(
  { signal, endpoint, tries: most = backOff.length, onWait, wait = defaultWait }: Connection, attempt: () => Promise<T>, { hasProgressed = (): boolean => false, unreachableTries = backOff.length } = {},
): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      signal?.throwIfAborted()
      if (!isPassing(error)) throw error
      if (hasProgressed()) tries = 0
      const asked = error instanceof HubRefusal ? error.retryAfter : undefined
      const seconds = asked ?? backOff[tries]
      if (tries >= Math.min(most, error instanceof HubRefusal ? backOff.length : unreachableTries) || seconds === undefined || seconds > longestWait) throw atLast(error, endpoint)
      onWait?.((error as Error).message, seconds)
      await wait(seconds * 1000, signal)
    }
  }
}

function defaultWait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return setTimeout(milliseconds, undefined, { signal })
}

/**
 * A `fetch` for libraries that speak the Hub's protocol: with token, tries and errors as above. The body has arrived whole.
 * They are to be given no token of their own.
 */
export function hubFetch(connection: Connection): typeof fetch {
  return (input, init) => withRetries(connection, async () => {
    const response = await send(connection, input instanceof Request ? input.url : String(input), init)
    return new Response(new Uint8Array(await wholeBody(response)), { status: response.status, headers: response.headers })
  }, { unreachableTries: 2 })
}

async function wholeBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > mostAnswerBytes) throw new UserError('hub.refused', { url: new URL(response.url).origin, reason: 'its answer is too long' })
  }
  return Buffer.concat(chunks)
}

/** Whether an error may be gone at the next try: the network's own, and a few of the server's. */
function isPassing(error: unknown): boolean {
  if (error instanceof HubRefusal) return passing.includes(error.status)
  return error instanceof NetworkError || (error instanceof TypeError && /terminated|fetch failed/.test(error.message))
}

function atLast(error: unknown, endpoint: string): unknown {
  if (error instanceof HubRefusal) return refusedByEndpoint(error, endpoint)
  const { cause, message } = error as Error
  return new UserError('hub.unreachable', { endpoint, reason: (cause as Error | undefined)?.message ?? message })
}

/** The connection failed, or broke. */
class NetworkError extends Error {}

function networkProblem(error: unknown, { host }: URL): unknown {
  if ((error as Error).name === 'AbortError') return error
  const cause = (error as { cause?: { code?: string, message?: string } }).cause
  const isCertificate = /CERT|SIGNATURE|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)/.test(cause?.code ?? '')
  if (isCertificate) return new UserError('hub.certificate', { host, reason: cause!.code! })
  return new NetworkError(cause?.code ?? (error as Error).message, { cause })
}
