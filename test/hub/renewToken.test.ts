/** A stored sign-in that is about to end: exchanged once, stored before it is used, and told when it is over. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { accountOf } from '../../src/hub/account.ts'
import { isExpired, machineToken } from '../../src/hub/credentials.ts'
import { openRepository } from '../../src/hub/hubRepository.ts'
import { machineHub } from '../../src/hub/machineHub.ts'
import { readStoredTokens, storeToken } from '../../src/hub/tokenFiles.ts'
import { codeOf, nameOf } from './client.ts'
import { startHub, type LocalHub } from './hub.ts'
import { oauthOf } from './oauth.ts'

let hub: LocalHub
let home: string
let files: { token: string, stored: string }
let first: { access_token: string, refresh_token: string }
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'finetune-renew-'))
  files = { token: join(home, 'token'), stored: join(home, 'stored_tokens') }
  hub = await startHub()
  const state = oauthOf(hub)
  state.applications.push({ clientId: 'ours', redirectUris: [] })
  first = state.issue(hub, { clientId: 'ours', account: hub.addAccount('mara', 'hf_x'), scopes: ['openid'] }) as typeof first
  return async () => {
    rmSync(home, { recursive: true })
    await hub.close()
  }
})

const inHours = (hours: number) => String(Math.floor(Date.now() / 1000 + hours * 3600))
const stored = (hours: number, more: Record<string, string> = { client_id: 'ours' }) =>
  storeToken(files, 'oauth-mara', { hf_token: first.access_token, refresh_token: first.refresh_token, expires_at: inHours(hours), ...more })
const env = () => ({ HF_HOME: home, HF_ENDPOINT: hub.endpoint })
const ask = (more: NodeJS.ProcessEnv = {}) => machineToken(hub.endpoint, { ...env(), ...more })

test('less than a day before its end it is exchanged once, however many ask, and both files have the new one', async () => {
  await stored(23)
  const found = await Promise.all([ask(), ask(), ask()])
  const tokens = new Set(found.map((each) => each!.token))
  expect([tokens.size, tokens.has(first.access_token)]).toEqual([1, false])
  expect(hub.seen.filter(({ path }) => path === '/oauth/token')).toHaveLength(1)
  const now = (await readStoredTokens(files.stored)).get('oauth-mara')!
  expect(now).toMatchObject({ hf_token: [...tokens][0], client_id: 'ours' })
  expect(now.refresh_token).not.toBe(first.refresh_token)
  expect(readFileSync(files.token, 'utf8')).toBe(now.hf_token)
  expect((await ask())!.expires!.getTime()).toBeGreaterThan(Date.now() + 25 * 3_600_000)
})

test('what lasts longer, cannot be exchanged, or not now, is used as it is', async () => {
  await stored(25)
  expect((await ask())!.token).toBe(first.access_token)
  await stored(1, {})
  expect((await ask())!.token).toBe(first.access_token)
  await stored(1)
  expect((await ask({ HF_HUB_OFFLINE: '1' }))!.token).toBe(first.access_token)
  expect(hub.seen).toEqual([])
  hub.fault = () => ({ cutAfter: 0 })
  expect((await ask())!.token).toBe(first.access_token)
  hub.fault = () => undefined
  await stored(1, {})
  expect((await ask({ HF_DEVICE_CODE_OAUTH_CLIENT_ID: 'ours' }))!.token).not.toBe(first.access_token)
})

test('where another program was first its token is taken, and one that is in use by then stays', async () => {
  await stored(1)
  hub.fault = ({ path }) => {
    if (path !== '/oauth/token') return undefined
    writeFileSync(files.stored, `[oauth-mara]\nhf_token = hf_of_python\nrefresh_token = r\nexpires_at = ${inHours(500)}\n\n`)
    writeFileSync(files.token, 'hf_of_python')
    oauthOf(hub).refreshTokens.clear()
    return undefined
  }
  expect((await ask())!.token).toBe('hf_of_python')
  expect(readFileSync(files.token, 'utf8')).toBe('hf_of_python')
})

test('one whose time is over is told apart from one that was revoked', async () => {
  await hub.add('model', 'ada/model', { 'config.json': '{}' })
  hub.accounts.splice(0)
  await stored(-1, {})
  const over = (await ask())!
  expect(isExpired(over)).toBe(true)
  expect(await codeOf(accountOf(over))).toBe('account.token-expired')
  expect(await codeOf(openRepository(await machineHub({}, env()), nameOf('model', 'ada/model')))).toBe('hub.token-expired')
  await stored(100, {})
  expect(await codeOf(accountOf((await ask())!))).toBe('account.refused')
  expect(await codeOf(openRepository(await machineHub({}, env()), nameOf('model', 'ada/model')))).toBe('hub.token-refused')
})
