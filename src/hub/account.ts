/** Who a token belongs to, by the Hub's whoami-v2 (huggingface_hub, hf_api.py: whoami; @huggingface/hub: whoAmI). */
import { HubApiError, whoAmI } from '@huggingface/hub'
import { UserError } from '../protocol/errors.ts'
import type { Credential } from './credentials.ts'
import { boundFetch } from './boundFetch.ts'

export interface Account {
  name: string
  fullName: string
  /** Organisations that it can be seen to belong to. */
  organisations: string[]
  /** The name of the token, and what it may: none for one of OAuth. */
  token?: { name: string, role: string }
}

/** @throws UserError for a token that the Hub does not accept, or a Hub that does not answer */
export async function accountOf({ token, endpoint }: Credential, fetch?: typeof globalThis.fetch): Promise<Account> {
  if (!token.startsWith('hf_')) throw new UserError('account.token-form', {})
  try {
    const who = await whoAmI({ accessToken: token, hubUrl: endpoint, fetch: boundFetch(endpoint, fetch) })
    if (who.type !== 'user') throw new UserError('account.not-a-person', { name: who.name })
    const { accessToken } = who.auth ?? {}
    return {
      name: who.name,
      fullName: who.fullname,
      organisations: (who.orgs ?? []).map(({ name }) => name),
      token: accessToken && { name: accessToken.displayName, role: accessToken.role },
    }
  } catch (error) {
    throw hubError(error, endpoint)
  }
}

/** What the Hub answered, or that it did not, as a person's message; anything else stays what it is. */
export function hubError(error: unknown, endpoint: string): unknown {
  if (error instanceof HubApiError) {
    if (error.statusCode === 401) return new UserError('account.refused', { endpoint })
    return new UserError('account.hub-says', { endpoint, status: error.statusCode, reason: firstSentence(error) })
  }
  // What fetch throws where there is no connection.
  if (error instanceof TypeError && error.cause instanceof Error) return new UserError('account.no-answer', { endpoint, reason: error.cause.message })
  return error
}

/** The Hub's own words without the address that the library puts behind them: that can be a signed one. */
function firstSentence({ message, data }: HubApiError): string {
  const said = (data as { error?: unknown } | undefined)?.error
  return typeof said === 'string' ? said : message.replace(/\.? ?URL: .*$/s, '')
}
