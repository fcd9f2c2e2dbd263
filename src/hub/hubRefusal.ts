/** What a Hub's refusal means to a person. */
import { UserError } from '../protocol/errors.ts'
import { shownName, type HubName } from '../protocol/hubName.ts'
import type { Connection } from './requests.ts'

/** An answer with an error status, as the Hub gives it; `code` is its X-Error-Code. */
export class HubRefusal extends Error {
  readonly status: number
  readonly code: string | undefined
  readonly url: string
  /** Seconds until it is worth trying again, where the answer says so. */
  readonly retryAfter: number | undefined

  constructor(response: Response, message: string) {
    super(`${response.status} ${message}`)
    this.status = response.status
    this.code = response.headers.get('x-error-code') ?? undefined
    this.url = withoutQuery(response.url)
    this.retryAfter = retryAfter(response.headers)
  }
}

/** A signed link's query is a secret. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '')
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), or the reset of the Hub's `RateLimit` (huggingface_hub, parse_ratelimit_headers). */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after')
  if (value !== null && /^\d+$/.test(value)) return Number(value)
  const date = value === null ? NaN : Date.parse(value)
  if (Number.isFinite(date)) return Math.max(0, Math.ceil((date - Date.now()) / 1000))
  const reset = /"\w+"\s*;\s*r\s*=\s*0\s*;\s*t\s*=\s*(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]
  return reset === undefined ? undefined : Number(reset)
}

/**
 * The refusal of a repository, in a person's words; anything else as it is. 401 stands for missing, private and gated alike
 * where no token was sent (huggingface_hub, hf_raise_for_status).
 */
export function explained(error: unknown, name: HubName, { endpoint, token, isTokenExpired }: Pick<Connection, 'endpoint' | 'token' | 'isTokenExpired'>): unknown {
  if (!(error instanceof HubRefusal)) return error
  const { type, id, revision } = name
  const hasToken = token !== undefined
  const url = `${endpoint}/${type === 'dataset' ? 'datasets/' : ''}${id}`
  switch (error.code) {
    case 'GatedRepo': return new UserError(hasToken ? 'hub.gated-not-granted' : 'hub.gated', { type, name: id, url })
    case 'RevisionNotFound': return new UserError('hub.no-revision', { name: id, revision })
    case 'EntryNotFound': return new UserError('hub.no-file', { name: shownName(name), url: error.url })
  }
  if (error.status === 401 && /Invalid credentials/.test(error.message)) return new UserError(isTokenExpired ? 'hub.token-expired' : 'hub.token-refused', { endpoint })
  if (error.status === 401 || error.status === 404) return new UserError(hasToken ? 'hub.not-found-signed-in' : 'hub.not-found', { type, name: id, endpoint })
  if (error.status === 403) return new UserError('hub.forbidden', { name: id, reason: error.message })
  return refusedByEndpoint(error, endpoint)
}

/** What a refusal means that is about no repository. */
export function refusedByEndpoint(error: HubRefusal, endpoint: string): UserError {
  if (error.status === 429) return new UserError('hub.rate-limited', { endpoint, seconds: error.retryAfter ?? 300 })
  if (error.status >= 500) return new UserError('hub.failing', { endpoint, status: error.status })
  return new UserError('hub.refused', { url: error.url, reason: error.message })
}
