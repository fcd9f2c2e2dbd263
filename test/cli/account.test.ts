import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { beforeEach, expect, test, vi } from 'vitest'
import { login, logout, whoami } from '../../src/cli/account.ts'
import { readSecret } from '../../src/cli/secretInput.ts'
import { startHub, type LocalHub } from '../hub/hub.ts'
import { oauthOf } from '../hub/oauth.ts'

const token = 'hf_mara_secret'
const signal = new AbortController().signal
let hub: LocalHub
let home: string
let said: string
const output = { write: (text: string) => { said += text; return true } }
beforeEach(async () => {
  said = ''
  home = mkdtempSync(join(tmpdir(), 'finetune-account-'))
  hub = await startHub()
  hub.addAccount('mara', token, { organizations: ['acme'], role: 'write' })
  for (const name of ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'HF_TOKEN_PATH', 'HF_DEVICE_CODE_OAUTH_CLIENT_ID']) vi.stubEnv(name, undefined)
  vi.stubEnv('HF_ENDPOINT', `${hub.endpoint}/`)
  vi.stubEnv('HF_HOME', home)
  return async () => {
    vi.unstubAllEnvs()
    rmSync(home, { recursive: true })
    await hub.close()
  }
})

test('a token from a pipe is checked, stored for all programs of Hugging Face and shown by whoami; logout removes it', async () => {
  await login({ withToken: false, input: Readable.from([`${token}\n`]), output, signal })
  expect(said).toBe(`Signed in as mara. The token is in ${join(home, 'token')}, which Hugging Face's own programs use too.\n`)
  expect(readFileSync(join(home, 'token'), 'utf8')).toBe(token)
  expect(readFileSync(join(home, 'stored_tokens'), 'utf8')).toBe(`[local]\nhf_token = ${token}\nendpoint = ${hub.endpoint}\n\n`)
  said = ''
  await whoami(output)
  expect(said).toBe(`mara\norganisations: acme\ntoken: ${join(home, 'token')} ("local"), may write\nHub: ${hub.endpoint}\n`)
  said = ''
  await logout(output)
  expect(said).toBe(`Signed out: the token was removed from ${join(home, 'token')}, and its entry "local" from ${join(home, 'stored_tokens')}.\n`)
  expect([existsSync(join(home, 'token')), existsSync(join(home, 'stored_tokens'))]).toEqual([false, false])
  await expect(whoami(output)).rejects.toMatchObject({ code: 'account.no-token' })
  expect(said).not.toContain(token)
})

test('a token that is not accepted, no token, and what is no token store nothing', async () => {
  for (const [given, code] of [['hf_unknown', 'account.refused'], ['  \n', 'account.token-empty'], ['password', 'account.token-form']]) {
    await expect(login({ withToken: true, input: Readable.from([given]), output, signal })).rejects.toMatchObject({ code })
  }
  expect(existsSync(join(home, 'token'))).toBe(false)
  await hub.close()
  await expect(login({ withToken: true, input: Readable.from([token]), output, signal })).rejects.toMatchObject({ code: 'account.no-answer' })
})

test('with a client id the browser signs in, and a variable that comes first is named', async () => {
  const state = oauthOf(hub)
  state.intervalSeconds = 0.01
  state.applications.push({ clientId: 'ours', redirectUris: [] })
  vi.stubEnv('HF_DEVICE_CODE_OAUTH_CLIENT_ID', 'ours')
  const signedIn = login({ withToken: false, input: Readable.from([]), output, signal })
  const { userCode } = await vi.waitUntil(() => state.devices[0], { interval: 1 })
  state.answer(userCode, { allowed: hub.accounts[0] })
  vi.stubEnv('HF_TOKEN', 'hf_else')
  await signedIn
  expect(said).toContain(`Open ${hub.endpoint}/device?user_code=${userCode}\nand enter the code ${userCode}\n`)
  expect(said).toContain('The variable HF_TOKEN is set and comes first')
  const stored = readFileSync(join(home, 'stored_tokens'), 'utf8')
  // As huggingface_hub 2.4 writes it (utils/_auth.py, _save_token), and behind that what is ours.
  expect(stored).toMatch(/^\[oauth-mara\]\nhf_token = hf_oauth_[\w-]+\nrefresh_token = hf_refresh_[\w-]+\nexpires_at = \d{10}\nclient_id = ours\nendpoint = .+\n\n$/)
  const [, access] = /hf_token = (.+)/.exec(stored)!
  expect(said).not.toContain(access)
})

test('what is typed in a terminal is not shown', async () => {
  const keyboard = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} })
  const typed = readSecret(keyboard, output, 'Token: ')
  keyboard.write('hf_typed\r')
  expect(await typed).toBe('hf_typed')
  expect(said).toBe('Token: \n')
})
