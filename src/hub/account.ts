/** Who a token belongs to. The extension's host asks too, so it is done without the library, which is large. */
import { z } from 'zod'
import { UserError } from '../protocol/errors.ts'
import { boundFetch } from './boundFetch.ts'
import { isExpired, type Credential } from './credentials.ts'

export interface Account {
  name: string
  fullName: string
  /** Organisations that it can be seen to belong to. */
  organisations: string[]
  /** The name of the token, and what it may: none for one of OAuth. */
  token?: { name: string, role: string }
}

/** Source: huggingface_hub, hf_api.py, whoami; @huggingface/hub, who-am-i.ts. */
const whoSchema = z.object({
  type: z.string(),
  name: z.string(),
  fullname: z.string().optional(),
  orgs: z.array(z.object({ name: z.string() })).default([]),
  auth: z.object({ accessToken: z.object({ displayName: z.string(), role: z.string() }).optional() }).optional(),
})

/** @throws UserError for a token that the Hub does not accept, or a Hub that does not answer */
export async function accountOf(credential: Credential, fetch?: typeof globalThis.fetch): Promise<Account> {
  const { token, endpoint } = credential
  if (!token.startsWith('hf_')) throw new UserError('account.token-form', {})
  const response = await boundFetch(endpoint, fetch)(`${endpoint}/api/whoami-v2`, { headers: { Authorization: `Bearer ${token}` } }).catch((error) => { throw noAnswer(error, endpoint) })
  if (response.status === 401) throw new UserError(isExpired(credential) ? 'account.token-expired' : 'account.refused', { endpoint })
  const { data } = whoSchema.safeParse(await response.json().catch(() => undefined))
  if (!response.ok || data === undefined) throw new UserError('account.hub-says', { endpoint, status: response.status, reason: response.headers.get('X-Error-Message') ?? response.statusText })
  if (data.type !== 'user') throw new UserError('account.not-a-person', { name: data.name })
  const { accessToken } = data.auth ?? {}
  return {
    name: data.name,
    fullName: data.fullname ?? data.name,
    organisations: data.orgs.map(({ name }) => name),
    token: accessToken && { name: accessToken.displayName, role: accessToken.role },
  }
}

/** What fetch throws where there is no connection, as a person's message. Anything else stays what it is. */
export function noAnswer(error: unknown, endpoint: string): unknown {
  return error instanceof TypeError && error.cause instanceof Error ? new UserError('account.no-answer', { endpoint, reason: error.cause.message }) : error
}
