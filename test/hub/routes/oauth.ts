/** Signing in with a browser, as the Hub has it for public applications. */
import { randomBytes } from 'node:crypto'
import type { Account } from '../accounts.ts'
import { challengeOf, isRegistered, oauthOf, secret, type Application, type Device } from '../oauth.ts'
import { bodyOf, Refusal, sendJson, type Call, type Route } from '../route.ts'

/** Source: hub-docs, docs/hub/oauth.md, "Currently supported scopes". */
const knownScopes = [
  'openid', 'profile', 'email', 'read-billing', 'read-memberships', 'read-repos', 'gated-repos', 'contribute-repos', 'write-repos', 'manage-repos',
  'read-collections', 'write-collections', 'inference-api', 'read-endpoints', 'write-endpoints', 'jobs', 'webhooks', 'write-discussions',
]
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

export const oauthRoutes: Route[] = [
  {
    /** Source: @huggingface/hub oauth-login-url.ts and oauth-handle-redirect.ts (the three endpoints); OpenID Connect Discovery 1.0, 3. */
    method: 'GET',
    path: /^\/\.well-known\/openid-configuration$/,
    handle({ hub: { endpoint }, response }) {
      sendJson(response, {
        issuer: endpoint, authorization_endpoint: `${endpoint}/oauth/authorize`, token_endpoint: `${endpoint}/oauth/token`, userinfo_endpoint: `${endpoint}/oauth/userinfo`,
        scopes_supported: knownScopes, response_types_supported: ['code'], grant_types_supported: ['authorization_code', 'refresh_token', deviceGrant],
        code_challenge_methods_supported: ['S256'], token_endpoint_auth_methods_supported: ['none'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'],
      })
    },
  },
  {
    /** Source: huggingface_hub utils/_oauth_device.py `request_device_code`; RFC 8628, 3.1 and 3.2. */
    method: 'POST',
    path: /^\/oauth\/device$/,
    async handle(call) {
      const form = new URLSearchParams((await bodyOf(call.request)).toString())
      const state = oauthOf(call.hub)
      const application = applicationOf(call, form.get('client_id'))
      const device: Device = {
        deviceCode: secret(call.hub, 'device_'), userCode: userCode(), clientId: application.clientId, scopes: scopesOf(form.get('scope')),
        expires: state.now() + 900_000, interval: state.intervalSeconds * 1000, lastPoll: -Infinity,
      }
      state.devices.push(device)
      const page = `${call.hub.endpoint}/device`
      sendJson(call.response, {
        device_code: device.deviceCode, user_code: device.userCode, verification_uri: page, verification_uri_complete: `${page}?user_code=${device.userCode}`,
        expires_in: 900, interval: state.intervalSeconds,
      })
    },
  },
  {
    /** Source: hub-docs oauth.md, "Device code OAuth": a page where the code is entered. Not verified: its form and its query. */
    method: 'GET',
    path: /^\/device$/,
    handle: ({ hub, response, url }) => sendPage(response, 200, consentPage({ user_code: url.searchParams.get('user_code') ?? '' }, hub.accounts)),
  },
  {
    /** Not verified: the form of the real page. */
    method: 'POST',
    path: /^\/device$/,
    async handle({ hub, request, response }) {
      const form = new URLSearchParams((await bodyOf(request)).toString())
      const device = oauthOf(hub).devices.find(({ userCode }) => userCode === form.get('user_code')?.trim().toUpperCase())
      if (device === undefined) return sendPage(response, 404, '<h1>No such code</h1>')
      device.answer = form.get('answer') === 'deny' ? 'denied' : { allowed: accountNamed(hub.accounts, form.get('account')) }
      sendPage(response, 200, device.answer === 'denied' ? '<h1>Denied</h1>' : '<h1>Device connected</h1>')
    },
  },
  {
    /** Source: hub-docs oauth.md (client_id, redirect_uri, scope, state); RFC 7636, 4.3; RFC 6749, 4.1.2.1: an unknown redirect is never redirected to. */
    method: 'GET',
    path: /^\/oauth\/authorize$/,
    handle(call) {
      const query = call.url.searchParams
      const application = applicationOf(call, query.get('client_id'))
      const redirectUri = query.get('redirect_uri') ?? ''
      if (!isRegistered(application, redirectUri)) return sendPage(call.response, 400, '<h1>redirect_uri is not registered</h1>')
      if (query.get('response_type') !== 'code' || query.get('code_challenge_method') !== 'S256' || !query.get('code_challenge')) {
        return redirect(call, redirectUri, { error: 'invalid_request', state: query.get('state') ?? '' })
      }
      sendPage(call.response, 200, consentPage(Object.fromEntries(query), call.hub.accounts))
    },
  },
  {
    /** Source: RFC 6749, 4.1.2 and 4.1.2.1, for where the answer leads. Not verified: the form, which only the page above sends. */
    method: 'POST',
    path: /^\/oauth\/authorize$/,
    async handle(call) {
      const form = new URLSearchParams((await bodyOf(call.request)).toString())
      const application = applicationOf(call, form.get('client_id'))
      const redirectUri = form.get('redirect_uri') ?? ''
      if (!isRegistered(application, redirectUri)) return sendPage(call.response, 400, '<h1>redirect_uri is not registered</h1>')
      const state = form.get('state') ?? ''
      if (form.get('answer') === 'deny') return redirect(call, redirectUri, { error: 'access_denied', state })
      const code = secret(call.hub, 'code_')
      oauthOf(call.hub).codes.set(code, {
        clientId: application.clientId, redirectUri, challenge: form.get('code_challenge')!, scopes: scopesOf(form.get('scope')),
        account: accountNamed(call.hub.accounts, form.get('account')),
      })
      redirect(call, redirectUri, { code, state })
    },
  },
  {
    /** Source: RFC 6749, 5 and 6; RFC 7636, 4.6; RFC 8628, 3.5. For rotating refresh tokens: huggingface_hub #4354. */
    method: 'POST',
    path: /^\/oauth\/token$/,
    async handle(call) {
      const form = new URLSearchParams((await bodyOf(call.request)).toString())
      const answer = grant(call, form)
      sendJson(call.response, answer, { status: 'error' in answer ? 400 : 200, headers: { 'cache-control': 'no-store' } })
    },
  },
]

function grant({ hub }: Call, form: URLSearchParams): Record<string, unknown> {
  const state = oauthOf(hub)
  const clientId = form.get('client_id')
  switch (form.get('grant_type')) {
    case deviceGrant: {
      const device = state.devices.find(({ deviceCode }) => deviceCode === form.get('device_code'))
      if (device === undefined || device.clientId !== clientId) return { error: 'invalid_grant' }
      return pollDevice(hub, device)
    }
    case 'authorization_code': {
      const code = form.get('code') ?? ''
      const known = state.codes.get(code)
      // Used up, also by who does not have the verifier.
      state.codes.delete(code)
      if (known === undefined || known.clientId !== clientId || known.redirectUri !== form.get('redirect_uri')) return { error: 'invalid_grant' }
      const verifier = form.get('code_verifier') ?? ''
      if (challengeOf(verifier) !== known.challenge) return { error: 'invalid_grant', error_description: 'code_verifier does not fit' }
      hub.secrets.add(verifier)
      return state.issue(hub, known)
    }
    case 'refresh_token': {
      const token = form.get('refresh_token') ?? ''
      const known = state.refreshTokens.get(token)
      if (known === undefined || known.clientId !== clientId) return { error: 'invalid_grant', error_description: 'refresh token is used up or unknown' }
      state.refreshTokens.delete(token)
      return state.issue(hub, known)
    }
    default: return { error: 'unsupported_grant_type' }
  }
}

function pollDevice(hub: Call['hub'], device: Device): Record<string, unknown> {
  const state = oauthOf(hub)
  const sinceLast = state.now() - device.lastPoll
  device.lastPoll = state.now()
  if (state.now() >= device.expires) return { error: 'expired_token' }
  if (sinceLast < device.interval * 0.9) {
    device.interval += 5000
    return { error: 'slow_down' }
  }
  if (device.answer === undefined) return { error: 'authorization_pending' }
  state.devices.splice(state.devices.indexOf(device), 1)
  return device.answer === 'denied' ? { error: 'access_denied' } : state.issue(hub, { clientId: device.clientId, account: device.answer.allowed, scopes: device.scopes })
}

function applicationOf({ hub }: Call, clientId: string | null): Application {
  const application = oauthOf(hub).applications.find((each) => each.clientId === clientId)
  if (application === undefined) throw new Refusal(401, 'invalid_client')
  return application
}

function scopesOf(text: string | null): string[] {
  const scopes = (text ?? 'openid profile').split(' ').filter((scope) => scope !== '')
  const unknown = scopes.find((scope) => !knownScopes.includes(scope))
  if (unknown !== undefined) throw new Refusal(400, `invalid_scope: ${unknown}`)
  return scopes
}

function accountNamed(accounts: readonly Account[], name: string | null): Account {
  const account = accounts.find((each) => each.name === name)
  if (account === undefined) throw new Refusal(401, `nobody is called ${name}`)
  return account
}

function redirect({ response }: Call, uri: string, query: Record<string, string>): void {
  const target = new URL(uri)
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value)
  response.writeHead(303, { location: target.href, 'content-length': 0 }).end()
}

/** Its form comes back to where the page is from, also behind the proxy of a code-server. */
function consentPage(fields: Record<string, string>, accounts: readonly Account[]): string {
  const names = [...new Set(accounts.map(({ name }) => name))]
  const field = ([name, value]: [string, string]) => `<label>${name} <input name="${escaped(name)}" value="${escaped(value)}"></label>`
  return `<h1>Allow Finetune?</h1><form method="post">${Object.entries(fields).map(field).join('')}
    <select name="account" aria-label="account">${names.map((name) => `<option>${escaped(name)}</option>`).join('')}</select>
    <button name="answer" value="allow">Allow</button><button name="answer" value="deny">Deny</button></form>`
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}

function sendPage(response: Call['response'], status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html><title>Hub</title>${body}`)
}

/** Letters that no person takes for others (RFC 8628, 6.1). */
function userCode(): string {
  const letters = 'BCDFGHJKLMNPQRSTVWXZ'
  const text = [...randomBytes(8)].map((byte) => letters[byte % letters.length]).join('')
  return `${text.slice(0, 4)}-${text.slice(4)}`
}
