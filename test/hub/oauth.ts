/** What the local Hub knows of OAuth: applications, codes that wait for consent, tokens that can be refreshed. */
import { createHash, randomBytes } from 'node:crypto'
import type { Account } from './accounts.ts'
import type { LocalHub } from './hub.ts'

export interface Application {
  clientId: string
  /** Exact, but for the port of a loopback address. */
  redirectUris: string[]
}

/** A device that asks to be let in. */
export interface Device {
  deviceCode: string
  userCode: string
  clientId: string
  scopes: string[]
  expires: number
  /** Milliseconds that a client must leave between polls; grows when it does not. */
  interval: number
  lastPoll: number
  answer?: { allowed: Account } | 'denied'
}

interface Code {
  clientId: string
  redirectUri: string
  challenge: string
  scopes: string[]
  account: Account
}

interface Refreshable {
  clientId: string
  account: Account
  scopes: string[]
}

/** State of one Hub. `now` can be moved by a test. */
export class OAuthState {
  readonly applications: Application[] = []
  readonly devices: Device[] = []
  readonly codes = new Map<string, Code>()
  readonly refreshTokens = new Map<string, Refreshable>()
  /** Seconds that an access token lives, as it is told. */
  tokenSeconds = 30 * 24 * 3600
  /** Seconds between polls, as it is told. */
  intervalSeconds = 1
  now: () => number = () => Date.now()

  /** An access token and a refresh token, which is used up by using it. */
  issue(hub: LocalHub, { clientId, account, scopes }: Refreshable): Record<string, unknown> {
    const access = secret(hub, 'hf_oauth_')
    const refresh = secret(hub, 'hf_refresh_')
    hub.addAccount(account.name, access, { organizations: account.organizations, scopes, role: 'fineGrained' })
    this.refreshTokens.set(refresh, { clientId, account, scopes })
    return { access_token: access, refresh_token: refresh, token_type: 'bearer', expires_in: this.tokenSeconds, scope: scopes.join(' ') }
  }

  /** The person enters the code on the page and allows, or denies. */
  answer(userCode: string, answer: Device['answer']): void {
    this.devices.find((device) => device.userCode === userCode)!.answer = answer
  }
}

const states = new WeakMap<LocalHub, OAuthState>()

export function oauthOf(hub: LocalHub): OAuthState {
  let state = states.get(hub)
  if (state === undefined) states.set(hub, state = new OAuthState())
  return state
}

export function secret(hub: LocalHub, prefix: string): string {
  const made = prefix + randomBytes(24).toString('base64url')
  hub.secrets.add(made)
  return made
}

/** RFC 7636, 4.6. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

/** hub-docs, docs/hub/oauth.md: redirects match exactly; http on a loopback address matches with any port. */
export function isRegistered({ redirectUris }: Application, given: string): boolean {
  return redirectUris.some((registered) => {
    if (registered === given) return true
    if (!URL.canParse(registered) || !URL.canParse(given)) return false
    const [ours, theirs] = [new URL(registered), new URL(given)]
    const isLoopback = ours.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(ours.hostname)
    return isLoopback && theirs.protocol === 'http:' && theirs.hostname === ours.hostname && theirs.pathname === ours.pathname && theirs.search === ours.search
  })
}
