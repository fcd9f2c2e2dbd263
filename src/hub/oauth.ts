/**
 * Signing in with a browser. Public clients only: no secret. The protocol is openid-client's; here is what is the Hub's own.
 *
 * Sources: hub-docs, docs/hub/oauth.md (endpoints, scopes, device code, loopback redirects); huggingface.js, oauth-login-url.ts (discovery);
 * huggingface_hub, utils/_oauth_device.py (`/oauth/device`, which discovery may not name).
 */
import * as openid from 'openid-client'
import { UserError } from '../protocol/errors.ts'
import { hubEnvironment } from './environment.ts'

/** What a grant gave. Secrets: they stay in memory or in a secret storage. */
export interface Grant {
  accessToken: string
  refreshToken?: string
  /** Milliseconds since 1970. */
  expires?: number
  scopes: string[]
}

export interface OAuthOptions {
  endpoint: string
  /** Of an application that was registered with the Hub for this program. */
  clientId: string
  fetch?: typeof globalThis.fetch
}

export type OAuth = openid.Configuration

/** What every sign-in asks for, and what is asked for once it is needed. */
export const scopes = {
  signIn: ['openid', 'profile'],
  /** Under one's own name, or that of an organisation: makes repositories, and writes into those that this program made. */
  publish: ['contribute-repos', 'read-memberships'],
  /** Into the person's other ones too. */
  publishAnywhere: ['contribute-repos', 'read-memberships', 'write-repos'],
  readPrivate: ['read-repos'],
  readGated: ['gated-repos'],
} as const

/** @throws UserError where the Hub does not answer, or names an endpoint of another origin */
export async function openOAuth({ endpoint, clientId, fetch }: OAuthOptions): Promise<OAuth> {
  if (hubEnvironment().isOffline) throw new UserError('account.offline', { endpoint })
  const isPlain = new URL(endpoint).protocol === 'http:'
  const customFetch = (fetch ?? globalThis.fetch) as openid.CustomFetch
  try {
    const found = await openid.discovery(new URL(endpoint), clientId, undefined, openid.None(), {
      [openid.customFetch]: customFetch,
      execute: isPlain ? [openid.allowInsecureRequests] : [],
    })
    const { supportsPKCE: _, ...metadata } = found.serverMetadata()
    const server = { ...metadata, device_authorization_endpoint: metadata.device_authorization_endpoint ?? `${endpoint}/oauth/device` }
    for (const address of [server.authorization_endpoint, server.token_endpoint, server.device_authorization_endpoint]) {
      if (address === undefined || new URL(address).origin !== new URL(endpoint).origin) {
        throw new UserError('account.sign-in-failed', { endpoint, reason: `it names ${address} as a place to sign in` })
      }
    }
    const oauth = new openid.Configuration(server, clientId, undefined, openid.None())
    oauth[openid.customFetch] = customFetch
    if (isPlain) openid.allowInsecureRequests(oauth)
    return oauth
  } catch (error) {
    throw signInError(error, endpoint)
  }
}

/** What a person does to let a device in. */
export interface DeviceCode {
  userCode: string
  /** The page, with the code filled in where the Hub has that. */
  page: string
}

/**
 * Device code (RFC 8628): shows a code, and waits until it was entered in a browser anywhere.
 * @throws UserError when it was denied or came too late; the signal's reason when it was given up
 */
export async function signInWithDeviceCode(oauth: OAuth, wanted: readonly string[], { signal, onCode }: { signal: AbortSignal, onCode(code: DeviceCode): void | Promise<void> }): Promise<Grant> {
  const { issuer } = oauth.serverMetadata()
  const over = new AbortController()
  try {
    const device = await openid.initiateDeviceAuthorization(oauth, { scope: wanted.join(' ') })
    const shown = Promise.resolve(onCode({ userCode: device.user_code, page: webPage(device.verification_uri_complete ?? device.verification_uri, issuer) }))
    const polled = openid.pollDeviceAuthorizationGrant(oauth, device, undefined, { signal: AbortSignal.any([signal, over.signal]) })
    // A code that could not be shown is not waited for.
    return grantOf(await Promise.race([polled, shown.then(() => polled)]), wanted)
  } catch (error) {
    signal.throwIfAborted()
    throw signInError(error, issuer)
  } finally {
    over.abort()
  }
}

/** A request for a code that only who holds the verifier can use (PKCE, S256). */
export interface CodeRequest {
  page: string
  verifier: string
  state: string
}

export async function requestCode(oauth: OAuth, wanted: readonly string[], redirectUri: string): Promise<CodeRequest> {
  const verifier = openid.randomPKCECodeVerifier()
  const state = openid.randomState()
  const page = openid.buildAuthorizationUrl(oauth, {
    redirect_uri: redirectUri,
    scope: wanted.join(' '),
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
  })
  return { page: page.href, verifier, state }
}

/** @param redirected the address that the browser was sent to, with `code` and `state` */
export async function redeemCode(oauth: OAuth, { verifier, state }: CodeRequest, redirected: URL, wanted: readonly string[]): Promise<Grant> {
  try {
    return grantOf(await openid.authorizationCodeGrant(oauth, redirected, { pkceCodeVerifier: verifier, expectedState: state }), wanted)
  } catch (error) {
    throw signInError(error, oauth.serverMetadata().issuer)
  }
}

/** A new access token. The refresh token is used up with it where the Hub gives another: store the grant before anything else. */
export async function refresh(oauth: OAuth, { refreshToken, scopes: held }: Grant): Promise<Grant> {
  try {
    if (refreshToken === undefined) throw new UserError('account.signed-out', { endpoint: oauth.serverMetadata().issuer })
    const grant = grantOf(await openid.refreshTokenGrant(oauth, refreshToken), held)
    return { ...grant, refreshToken: grant.refreshToken ?? refreshToken }
  } catch (error) {
    const { issuer } = oauth.serverMetadata()
    if (error instanceof openid.ResponseBodyError && error.error === 'invalid_grant') throw new UserError('account.signed-out', { endpoint: issuer })
    throw signInError(error, issuer)
  }
}

function grantOf(answer: openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers, wanted: readonly string[]): Grant {
  const seconds = answer.expiresIn()
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expires: seconds === undefined ? undefined : Date.now() + seconds * 1000,
    // A server leaves the scope out where it granted what was asked for (RFC 6749, 5.1).
    scopes: answer.scope?.split(' ').filter((scope) => scope !== '') ?? [...wanted],
  }
}

/** An address that is to be opened in a browser is a web page, whatever the answer said. */
function webPage(address: string, endpoint: string): string {
  const { protocol, href } = new URL(address)
  if (protocol === 'https:' || (protocol === 'http:' && endpoint.startsWith('http:'))) return href
  throw new UserError('account.sign-in-failed', { endpoint, reason: 'the page to sign in is no web page' })
}

/** Codes of the answers that mean something to a person (RFC 6749, 4.1.2.1 and 5.2; RFC 8628, 3.5). */
function signInError(error: unknown, endpoint: string): unknown {
  if (error instanceof UserError) return error
  if (error instanceof openid.ResponseBodyError || error instanceof openid.AuthorizationResponseError) {
    if (error.error === 'access_denied') return new UserError('account.denied', {})
    if (error.error === 'expired_token') return new UserError('account.expired', {})
    return new UserError('account.sign-in-failed', { endpoint, reason: error.error_description ?? error.error })
  }
  if (error instanceof TypeError && error.cause instanceof Error) return new UserError('account.no-answer', { endpoint, reason: error.cause.message })
  if (error instanceof openid.ClientError) return new UserError('account.sign-in-failed', { endpoint, reason: error.message })
  return error
}
