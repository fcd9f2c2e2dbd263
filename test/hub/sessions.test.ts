import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { whileLocked } from '../../src/hub/fileLock.ts'
import { openOAuth, refresh, type Grant } from '../../src/hub/oauth.ts'
import { covers, sessionKey, Sessions, tokenHash, type SecretStore, type Session } from '../../src/hub/sessions.ts'
import { UsedTokens } from '../../src/hub/usedTokens.ts'
import { startHub, type LocalHub } from './hub.ts'
import { oauthOf } from './oauth.ts'

let folder: string
let hub: LocalHub
let secrets: Map<string, string>
let first: Grant
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'finetune-sessions-'))
  hub = await startHub()
  secrets = new Map()
  const state = oauthOf(hub)
  state.applications.push({ clientId: 'ours', redirectUris: [] })
  const { access_token, refresh_token } = state.issue(hub, { clientId: 'ours', account: hub.addAccount('mara', 'hf_x'), scopes: ['openid', 'profile'] }) as Record<string, string>
  first = { accessToken: access_token!, refreshToken: refresh_token!, expires: Date.now() + 1000, scopes: ['openid', 'profile'] }
  return async () => {
    await hub.close()
    await rm(folder, { recursive: true })
  }
})

const store: SecretStore = {
  get: async (key) => secrets.get(key),
  store: async (key, value) => void secrets.set(key, value),
  delete: async (key) => void secrets.delete(key),
}

/** A window of its own, that shares the secrets. */
function openWindow(onRefreshed = () => {}, secretStore = store): Sessions {
  return new Sessions(secretStore, {
    endpoint: hub.endpoint, env: { HF_HOME: folder },
    exclusively: (work) => whileLocked(join(folder, 'session.lock'), 30_000, work),
    usedTokens: new UsedTokens(join(folder, 'session.used')),
    async refresh(clientId, grant) {
      const oauth = await openOAuth({ endpoint: hub.endpoint, clientId })
      return refresh(oauth, grant).finally(onRefreshed)
    },
  })
}

function browserSession(grant = first): Session {
  return { id: 'one', endpoint: hub.endpoint, account: 'mara', way: { kind: 'browser', clientId: 'ours', grant } }
}

test('two windows with a token that is about to end exchange it once, and both get the new one', async () => {
  const refreshed = vi.fn()
  const [one, two] = [openWindow(refreshed), openWindow(refreshed)]
  await one.put(browserSession())
  const session = (await one.current())!
  const tokens = await Promise.all([one.credential(session), two.credential(session), one.credential(session)])
  expect(new Set(tokens.map(({ token }) => token)).size).toBe(1)
  expect(tokens[0]!.token).not.toBe(first.accessToken)
  expect(refreshed).toHaveBeenCalledTimes(1)
  expect(secrets.get(sessionKey)).toContain(tokens[0]!.token)
  expect(secrets.get(sessionKey)).not.toContain(first.refreshToken)
})

test('a window whose secrets are an older copy does not use up a token twice, and takes nothing from the others', async () => {
  const one = openWindow()
  await one.put(browserSession())
  const copy = new Map(secrets)
  const refreshed = vi.fn()
  const two = openWindow(refreshed, { get: async (key) => copy.get(key), store: async (key, value) => void copy.set(key, value), delete: async (key) => void copy.delete(key) })
  const session = (await one.current())!
  const { token } = await one.credential(session)
  await expect(two.credential(session)).rejects.toMatchObject({ code: 'account.renewed-elsewhere' })
  expect([refreshed.mock.calls.length, copy.size]).toEqual([0, 1])
  expect(await one.credential((await one.current())!)).toMatchObject({ token })
  expect(await readFile(join(folder, 'session.used'), 'utf8')).toMatch(/^[0-9a-f]{64}$/)
})

test('the new tokens are stored before one is used', async () => {
  const window = openWindow()
  await window.put(browserSession())
  const { store: keep } = store
  store.store = async () => { throw new Error('no keyring') }
  await expect(window.credential((await window.current())!)).rejects.toThrow('no keyring')
  store.store = keep
})

test('a refresh token that is used up ends the session; a Hub that does not answer does not', async () => {
  const window = openWindow()
  await window.put(browserSession())
  const session = (await window.current())!
  hub.fault = () => ({ cutAfter: 0 })
  await expect(window.credential(session)).rejects.toMatchObject({ code: 'account.no-answer' })
  hub.fault = () => undefined
  expect(await window.current()).toEqual(session)
  oauthOf(hub).refreshTokens.clear()
  await expect(window.credential(session)).rejects.toMatchObject({ code: 'account.signed-out' })
  expect(await window.current()).toBeUndefined()
})

test('a token that lasts is used as it is, also without a way to exchange it', async () => {
  const window = openWindow()
  const lasting = browserSession({ ...first, expires: Date.now() + 3_600_000 })
  expect(await window.credential(lasting)).toEqual({ token: first.accessToken, endpoint: hub.endpoint })
  const short = browserSession({ ...first, refreshToken: undefined, expires: Date.now() + 60_000 })
  expect(await window.credential(short)).toEqual({ token: first.accessToken, endpoint: hub.endpoint })
})

test('a session of another Hub is none here', async () => {
  const window = openWindow()
  await window.put({ ...browserSession(), endpoint: 'https://hub.test' })
  expect(await window.current()).toBeUndefined()
  secrets.set(sessionKey, 'no json')
  expect(await window.current()).toBeUndefined()
})

test('the machine\'s token is looked up each time and never kept', async () => {
  const window = openWindow()
  const session: Session = { id: 'm', endpoint: hub.endpoint, account: 'mara', way: { kind: 'machine', hash: tokenHash('hf_file') } }
  await window.put(session)
  await expect(window.credential(session)).rejects.toMatchObject({ code: 'account.no-token' })
  await writeFile(join(folder, 'token'), 'hf_file')
  expect(await window.current()).toEqual(session)
  expect(await window.credential(session)).toEqual({ token: 'hf_file', endpoint: hub.endpoint })
  expect(secrets.get(sessionKey)).not.toContain('hf_file')
  await window.remove()
  expect(await openWindow().current()).toBeUndefined()
})

test('without the machine\'s token there is no session; with another one it is the session of whom that belongs to', async () => {
  const window = openWindow()
  hub.addAccount('noor', 'hf_noor')
  const session: Session = { id: 'm', endpoint: hub.endpoint, account: 'mara', way: { kind: 'machine', hash: tokenHash('hf_x') } }
  await window.put(session)
  expect(await window.current()).toBeUndefined()
  await writeFile(join(folder, 'token'), 'hf_noor')
  const other = (await window.current())!
  expect(other).toMatchObject({ account: 'noor', way: { hash: tokenHash('hf_noor') } })
  expect(other.id).not.toBe('m')
  expect(await window.current()).toEqual(other)
  await writeFile(join(folder, 'token'), 'hf_of_nobody')
  expect(await window.current()).toBeUndefined()
  await rm(join(folder, 'token'))
  await window.remove()
  expect(secrets.size).toBe(0)
})

test('scopes that were not granted are not covered; what a token may is the Hub\'s to say', () => {
  expect(covers(browserSession(), ['openid'])).toBe(true)
  expect(covers(browserSession(), ['openid', 'contribute-repos'])).toBe(false)
  expect(covers({ ...browserSession(), way: { kind: 'token', token: 'hf_x' } }, ['contribute-repos'])).toBe(true)
})

test('work under one lock is never done twice at once, and a dead holder\'s lock is taken over', async () => {
  const path = join(folder, 'locks', 'lock')
  let inside = 0
  await Promise.all(Array.from({ length: 8 }, () => whileLocked(path, 30_000, async () => {
    expect(++inside).toBe(1)
    await new Promise((resolve) => setImmediate(resolve))
    inside--
  })))
  await writeFile(path, 'of a dead one')
  await utimes(path, 0, 0)
  expect(await whileLocked(path, 30_000, async () => 'done')).toBe('done')
})
