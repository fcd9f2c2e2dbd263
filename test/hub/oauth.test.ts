import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { accountOf } from '../../src/hub/account.ts'
import { boundFetch } from '../../src/hub/boundFetch.ts'
import { isSameLoopback, listenForRedirect } from '../../src/hub/loopback.ts'
import { openOAuth, redeemCode, refresh, requestCode, signInWithDeviceCode, type OAuth } from '../../src/hub/oauth.ts'
import { startHub, type LocalHub } from './hub.ts'
import { oauthOf, type OAuthState } from './oauth.ts'

const wanted = ['openid', 'profile']
const page = { done: 'done', wrong: 'wrong' }
const forever = new AbortController().signal
let hub: LocalHub
let state: OAuthState
let oauth: OAuth
beforeEach(async () => {
  hub = await startHub()
  hub.addAccount('mara', 'hf_password', { organizations: ['acme'] })
  state = oauthOf(hub)
  state.intervalSeconds = 0.01
  state.applications.push({ clientId: 'ours', redirectUris: ['http://127.0.0.1/signed-in'] })
  oauth = await openOAuth({ endpoint: hub.endpoint, clientId: 'ours' })
  return () => hub.close()
})
afterEach(() => vi.restoreAllMocks())

function posted(path: string, form: Record<string, string>): Promise<Response> {
  return fetch(hub.endpoint + path, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })
}

test('device code: pending until it is entered, then a token of that person with the scopes asked for', async () => {
  const grant = await signInWithDeviceCode(oauth, [...wanted, 'read-memberships'], {
    signal: forever,
    async onCode({ userCode, page }) {
      expect(page).toBe(`${hub.endpoint}/device?user_code=${userCode}`)
      await vi.waitUntil(() => state.devices[0].lastPoll > 0, { interval: 1 })
      expect((await posted('/device', { user_code: userCode.toLowerCase(), account: 'mara', answer: 'allow' })).status).toBe(200)
    },
  })
  expect(grant).toMatchObject({ scopes: [...wanted, 'read-memberships'], refreshToken: expect.stringMatching(/^hf_refresh_/) })
  expect(grant.expires! - Date.now()).toBeGreaterThan(29 * 86_400_000)
  expect(await accountOf({ token: grant.accessToken, endpoint: hub.endpoint })).toMatchObject({ name: 'mara', organisations: ['acme'], token: undefined })
})

test('device code: denied, expired and given up are told apart', async () => {
  const signIn = (onCode: (userCode: string) => void, signal = forever) => signInWithDeviceCode(oauth, wanted, { signal, onCode: ({ userCode }) => onCode(userCode) })
  await expect(signIn((userCode) => state.answer(userCode, 'denied'))).rejects.toMatchObject({ code: 'account.denied' })
  await expect(signIn(() => { state.devices[0].expires = 0 })).rejects.toMatchObject({ code: 'account.expired' })
  const giveUp = new AbortController()
  await expect(signIn(() => giveUp.abort(new Error('given up')), giveUp.signal)).rejects.toThrow('given up')
})

test('device code: a client that is told to slow down does', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  try {
    state.intervalSeconds = 5
    state.now = () => Date.now()
    const signedIn = signInWithDeviceCode(oauth, wanted, {
      signal: forever,
      onCode: () => { state.devices[0].interval = 8000 }, // longer than told: the second poll is too early
    })
    const device = await vi.waitUntil(() => state.devices[0], { interval: 1 })
    const polls: number[] = []
    while (polls.length < 3) {
      await vi.advanceTimersByTimeAsync(1000)
      await settled()
      if (device.lastPoll > (polls.at(-1) ?? 0)) polls.push(device.lastPoll)
    }
    state.answer(device.userCode, { allowed: hub.accounts[0] })
    while (state.devices.length > 0) {
      await vi.advanceTimersByTimeAsync(1000)
      await settled()
    }
    await signedIn
    expect(polls.slice(1).map((time, index) => Math.round((time - polls[index]) / 1000))).toEqual([5, 10])
  } finally {
    vi.useRealTimers()
  }
})

/** Lets requests under way be answered: their timers are real. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** The browser of a person who allows, or denies. Returns the page that it ends at. */
async function consent(authorization: string, answer: string): Promise<Response> {
  const form = { ...Object.fromEntries(new URL(authorization).searchParams), account: 'mara', answer }
  const { headers } = await posted('/oauth/authorize', form)
  return fetch(headers.get('location')!)
}

test('a code that cannot be shown ends the sign-in at once', async () => {
  await expect(signInWithDeviceCode(oauth, wanted, { signal: forever, onCode: () => Promise.reject(new Error('no window')) })).rejects.toThrow('no window')
})

test('PKCE with a loopback redirect: the browser comes back once, and the code is redeemed with the verifier', async () => {
  const redirect = await listenForRedirect()
  try {
    expect(redirect.uri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/signed-in$/)
    const request = await requestCode(oauth, wanted, redirect.uri)
    expect(request.page).not.toContain(request.verifier)
    expect((await fetch(request.page)).status).toBe(200)
    const arrived = redirect.arrived({ signal: forever, state: request.state, page })
    expect((await fetch(`${redirect.uri}?code=stolen&state=guessed`)).status).toBe(400)
    expect((await fetch(`${redirect.uri.replace('signed-in', 'else')}?state=${request.state}`)).status).toBe(400)
    expect(await (await consent(request.page, 'allow')).text()).toBe('done')
    const redirected = await arrived
    expect((await fetch(redirected)).status).toBe(400)
    const grant = await redeemCode(oauth, request, redirected, wanted)
    expect(await accountOf({ token: grant.accessToken, endpoint: hub.endpoint })).toMatchObject({ name: 'mara' })
    await expect(redeemCode(oauth, request, redirected, wanted)).rejects.toMatchObject({ code: 'account.sign-in-failed' })
  } finally {
    redirect.close()
  }
})

test('PKCE: denied, too late, another verifier, another state and a redirect that is not registered', async () => {
  const [redirect, short] = await Promise.all([listenForRedirect(), listenForRedirect(1)])
  try {
    const request = await requestCode(oauth, wanted, redirect.uri)
    const first = redirect.arrived({ signal: forever, state: request.state, page })
    expect(await (await consent(request.page, 'deny')).text()).toBe('wrong')
    await expect(redeemCode(oauth, request, await first, wanted)).rejects.toMatchObject({ code: 'account.denied' })
    await expect(short.arrived({ signal: forever, state: 'nobody', page })).rejects.toMatchObject({ code: 'account.expired' })
    const form = { ...Object.fromEntries(new URL(request.page).searchParams), account: 'mara', answer: 'allow' }
    const back = new URL((await posted('/oauth/authorize', form)).headers.get('location')!)
    await expect(redeemCode(oauth, { ...request, state: 'else' }, back, wanted)).rejects.toMatchObject({ code: 'account.sign-in-failed' })
    await expect(redeemCode(oauth, { ...request, verifier: 'x'.repeat(43) }, back, wanted)).rejects.toMatchObject({ code: 'account.sign-in-failed' })
  } finally {
    redirect.close()
    short.close()
  }
  const elsewhere = await requestCode(oauth, wanted, 'http://127.0.0.1:1/other')
  expect((await fetch(elsewhere.page)).status).toBe(400)
})

test('only a loopback address with the same path is the same place', () => {
  const uri = 'http://127.0.0.1:4711/signed-in'
  for (const same of ['http://127.0.0.1:4711/signed-in', 'http://localhost:9/signed-in', 'http://[::1]:1/signed-in']) expect(isSameLoopback(same, uri), same).toBe(true)
  for (const other of ['https://127.0.0.1:1/signed-in', 'http://127.0.0.1:1/proxy/4711/signed-in', 'http://evil.test/signed-in', 'http://127.0.0.1.evil.test/signed-in']) expect(isSameLoopback(other, uri), other).toBe(false)
})

test('a refresh gives a new pair, and the old refresh token is used up', async () => {
  const first = await signInWithDeviceCode(oauth, wanted, { signal: forever, onCode: ({ userCode }) => state.answer(userCode, { allowed: hub.accounts[0] }) })
  const second = await refresh(oauth, first)
  expect(second.accessToken).not.toBe(first.accessToken)
  expect(second.refreshToken).not.toBe(first.refreshToken)
  await expect(refresh(oauth, first)).rejects.toMatchObject({ code: 'account.signed-out' })
  expect((await refresh(oauth, second)).scopes).toEqual(wanted)
})

test('a Hub that names endpoints elsewhere, or does not answer, is not signed in to', async () => {
  const liar = createServer((_, response) => {
    const issuer = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ issuer, authorization_endpoint: `${issuer}/a`, token_endpoint: 'https://evil.test/token', response_types_supported: ['code'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'] }))
  })
  await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`
  await expect(openOAuth({ endpoint, clientId: 'ours' })).rejects.toMatchObject({ code: 'account.sign-in-failed', message: expect.stringContaining('https://evil.test/token') })
  await new Promise((resolve) => liar.close(resolve))
  await expect(openOAuth({ endpoint, clientId: 'ours' })).rejects.toMatchObject({ code: 'account.no-answer' })
})

test('a token goes to its own origin only, redirects included', async () => {
  const heard: (string | undefined)[] = []
  const other = createServer((request, response) => {
    heard.push(request.headers.authorization)
    response.end('{}')
  })
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`
  const headers = { Authorization: 'Bearer hf_password' }
  const bound = boundFetch(hub.endpoint)
  await expect(bound(elsewhere, { headers })).rejects.toThrow('no other origin')
  hub.fault = () => ({ status: 307, headers: { location: elsewhere } })
  await bound(`${hub.endpoint}/api/whoami-v2`, { headers })
  expect(heard).toEqual([undefined])
  await expect(bound(`${hub.endpoint}/api/repos/create`, { method: 'POST', headers, body: '{}' })).rejects.toMatchObject({ code: 'hub.refused' })
  // Of the runtime nothing is expected: it is never asked to follow.
  const asked: unknown[] = []
  await boundFetch(hub.endpoint, async (input, init) => {
    asked.push(init?.redirect)
    return fetch(input, init)
  })(`${hub.endpoint}/api/whoami-v2`, { headers })
  expect([asked, heard]).toEqual([['manual', 'manual'], [undefined, undefined]])
  hub.fault = ({ path }) => path === '/former' ? { status: 307, headers: { location: '/api/whoami-v2' } } : undefined
  expect((await bound(`${hub.endpoint}/former`, { headers })).status).toBe(200)
  await new Promise((resolve) => other.close(resolve))
})
