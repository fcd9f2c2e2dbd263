/** The redirect of a sign-in to a server of our own on this machine (RFC 8252, 7.3): the Hub allows http on a loopback address with any port. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UserError } from '../protocol/errors.ts'

const host = '127.0.0.1'
/** As it must be registered with the Hub, which compares all of an address but the port of a loopback one. */
const path = '/signed-in'
const minutesToAnswer = 5

export interface Redirect {
  uri: string
  /** The address that the browser came to, once. @throws UserError when nobody came in time; the signal's reason when given up */
  arrived(options: { signal: AbortSignal, state: string, page: RedirectPage }): Promise<URL>
  close(): void
}

/** What the person reads in the browser, plain text. */
export interface RedirectPage {
  done: string
  wrong: string
}

/** Listens on a free port, for this machine alone. */
export async function listenForRedirect(milliseconds = minutesToAnswer * 60_000): Promise<Redirect> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve))
  const origin = `http://${host}:${(server.address() as AddressInfo).port}`
  return {
    uri: origin + path,
    arrived: (options) => arrival(server, origin, milliseconds, options),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Whether an address that stands for ours elsewhere still leads to this machine, by the same path. */
export function isSameLoopback(external: string, uri: string): boolean {
  const [there, here] = [new URL(external), new URL(uri)]
  return there.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(there.hostname) && there.pathname === here.pathname
}

function arrival(server: Server, origin: string, milliseconds: number, { signal, state, page }: Parameters<Redirect['arrived']>[0]): Promise<URL> {
  return new Promise((resolve, reject) => {
    const tooLate = setTimeout(() => reject(new UserError('account.expired', {})), milliseconds)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    let isUsed = false
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', origin)
      // Another page, or another program, may knock too: only who knows the state came from our sign-in.
      const isOurs = request.method === 'GET' && url.pathname === path && url.searchParams.get('state') === state
      const isFirst = isOurs && !isUsed
      response.writeHead(isFirst ? 200 : 400, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', Connection: 'close' })
      response.end(isFirst && !url.searchParams.has('error') ? page.done : page.wrong)
      if (!isFirst) return
      isUsed = true
      clearTimeout(tooLate)
      resolve(url)
    })
  })
}
