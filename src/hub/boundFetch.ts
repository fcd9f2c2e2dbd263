/** A fetch that sends a token to one origin only, and nothing where HF_HUB_OFFLINE forbids it. */
import { UserError } from '../protocol/errors.ts'
import { hubEnvironment } from './environment.ts'

const mostRedirects = 10

/**
 * Refuses a request with a token for any other origin than the endpoint's. Its redirects are followed here, so that no runtime has to be
 * relied on to take the token off where one leads elsewhere.
 */
export function boundFetch(endpoint: string, fetch: typeof globalThis.fetch = globalThis.fetch): typeof globalThis.fetch {
  const { origin } = new URL(endpoint)
  return async (input, init) => {
    const request = typeof input === 'string' || input instanceof URL ? { url: String(input), headers: new Headers(init?.headers) } : input
    const hasToken = request.headers.has('Authorization')
    if (hasToken && new URL(request.url).origin !== origin) throw new Error('a token is sent to no other origin than its own')
    if (hubEnvironment().isOffline) throw new UserError('account.offline', { endpoint })
    if (!hasToken) return fetch(input, init)
    return input instanceof Request ? fetch(input, { ...init, redirect: 'error' }) : followed(fetch, request.url, request.headers, init)
  }
}

/** What a request with a token comes to: within its origin as it is, elsewhere without the token, and only where it sends nothing. */
async function followed(fetch: typeof globalThis.fetch, url: string, headers: Headers, init: RequestInit = {}): Promise<Response> {
  let at = new URL(url)
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const response = await fetch(at.href, { ...init, headers, redirect: 'manual' })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null) return response
    await response.body?.cancel()
    const next = new URL(location, at)
    const isSame = next.origin === at.origin
    // 307 and 308 ask for the same again; a stream has been read by now.
    const isSending = init.body !== undefined && init.body !== null
    if (isSending && (!isSame || ![307, 308].includes(response.status) || init.body instanceof ReadableStream)) {
      throw new UserError('hub.refused', { url: at.origin, reason: `it redirects what is sent to ${next.origin}` })
    }
    if (!isSame) headers.delete('Authorization')
    at = next
  }
  throw new UserError('hub.refused', { url: at.origin, reason: `more than ${mostRedirects} redirects` })
}
