/** A fetch that sends a token to one origin only, and nothing where HF_HUB_OFFLINE forbids it. */
import { UserError } from '../protocol/errors.ts'
import { hubEnvironment } from './environment.ts'

/**
 * Refuses a request with a token for any other origin than the endpoint's. A redirect to another origin loses the header: the fetch
 * standard says so (HTTP-redirect fetch, step 13).
 */
export function boundFetch(endpoint: string, fetch: typeof globalThis.fetch = globalThis.fetch): typeof globalThis.fetch {
  const { origin } = new URL(endpoint)
  return (input, init) => {
    const request = typeof input === 'string' || input instanceof URL ? { url: String(input), headers: new Headers(init?.headers) } : input
    if (request.headers.has('Authorization') && new URL(request.url).origin !== origin) throw new Error('a token is sent to no other origin than its own')
    if (hubEnvironment().isOffline) throw new UserError('account.offline', { endpoint })
    return fetch(input, init)
  }
}
