import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { machineToken } from '../../src/hub/credentials.ts'
import { readStoredTokens, removeToken, storeToken } from '../../src/hub/tokenFiles.ts'
import { storedTokensPath, tokenPath } from '../../src/hub/tokenPlaces.ts'

let folder: string
let files: { token: string, stored: string }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'finetune-tokens-'))
  files = { token: join(folder, 'hf', 'token'), stored: join(folder, 'hf', 'stored_tokens') }
})
afterEach(() => rmSync(folder, { recursive: true }))

test('the files lie where huggingface_hub has them', () => {
  expect(tokenPath({})).toBe(join(homedir(), '.cache/huggingface/token'))
  expect(tokenPath({ XDG_CACHE_HOME: '/cache' })).toBe('/cache/huggingface/token')
  expect(tokenPath({ HF_HOME: '~/hf', XDG_CACHE_HOME: '/cache' })).toBe(join(homedir(), 'hf/token'))
  expect(tokenPath({ HF_HOME: '$BASE/hf', BASE: '/base' })).toBe('/base/hf/token')
  expect(tokenPath({ HF_TOKEN_PATH: '${BASE}/t', BASE: '/base', HF_HOME: '/hf' })).toBe('/base/t')
  expect(storedTokensPath({ HF_TOKEN_PATH: '/secrets/t' })).toBe('/secrets/stored_tokens')
})

test('a token is stored for the user alone, beside those of others, whose fields stay', async () => {
  mkdirSync(join(folder, 'hf'))
  writeFileSync(files.stored, '[oauth-mara]\nhf_token = hf_oauth_1%x\nrefresh_token = r1\nexpires_at = 99\n\n[work: a]\nhf_token = hf_2\n\n')
  await storeToken(files, 'mine]\n[x', { hf_token: 'hf_3', endpoint: 'https://hub.test' })
  expect(readFileSync(files.token, 'utf8')).toBe('hf_3')
  expect(readFileSync(files.stored, 'utf8')).toBe(
    '[minex]\nhf_token = hf_3\nendpoint = https://hub.test\n\n[oauth-mara]\nhf_token = hf_oauth_1%x\nrefresh_token = r1\nexpires_at = 99\n\n[work: a]\nhf_token = hf_2\n\n',
  )
  for (const file of Object.values(files)) expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a token file that is a link stays one', async () => {
  mkdirSync(join(folder, 'hf'))
  mkdirSync(join(folder, 'vault'))
  writeFileSync(join(folder, 'vault', 'secret'), 'hf_old')
  symlinkSync(join(folder, 'vault', 'secret'), files.token)
  await storeToken(files, 'mine', { hf_token: 'hf_new' })
  expect(readFileSync(join(folder, 'vault', 'secret'), 'utf8')).toBe('hf_new')
})

test('signing out takes the token in use and its entry away, and no other', async () => {
  await storeToken(files, 'one', { hf_token: 'hf_1' })
  await storeToken(files, 'two', { hf_token: 'hf_2' })
  expect(await removeToken(files)).toBe('two')
  expect([...await readStoredTokens(files.stored)]).toEqual([['one', { hf_token: 'hf_1' }]])
  expect(() => statSync(files.token)).toThrow('ENOENT')
  expect(await removeToken(files)).toBeUndefined()
  expect([...await readStoredTokens(files.stored)]).toHaveLength(1)
})

test('the token of the machine: variables first, then the file, each saying which it is', async () => {
  const env = { HF_HOME: join(folder, 'hf') }
  expect(await machineToken('https://hub.test', env)).toBeUndefined()
  await storeToken(files, 'mine', { hf_token: 'hf_file', expires_at: '1900000000' })
  expect(await machineToken('https://hub.test', env)).toEqual({
    token: 'hf_file', endpoint: 'https://hub.test', source: { kind: 'file', path: files.token, name: 'mine' }, expires: new Date(1_900_000_000_000),
  })
  writeFileSync(files.token, ' hf_other\r\n')
  expect(await machineToken('https://hub.test', env)).toMatchObject({ token: 'hf_other', source: { kind: 'file', path: files.token, name: undefined } })
  expect(await machineToken('https://hub.test', { ...env, HUGGING_FACE_HUB_TOKEN: 'hf_older' })).toMatchObject({ token: 'hf_older', source: { name: 'HUGGING_FACE_HUB_TOKEN' } })
  expect(await machineToken('https://hub.test', { ...env, HUGGING_FACE_HUB_TOKEN: 'hf_older', HF_TOKEN: 'hf_set\n' })).toMatchObject({ token: 'hf_set', source: { kind: 'variable', name: 'HF_TOKEN' } })
})

test('a stored token of one Hub is not taken for another', async () => {
  const env = { HF_HOME: join(folder, 'hf') }
  await storeToken(files, 'mine', { hf_token: 'hf_file', endpoint: 'https://hub.test' })
  expect(await machineToken('https://elsewhere.test', env)).toBeUndefined()
  expect(await machineToken('https://hub.test', env)).toMatchObject({ token: 'hf_file' })
})
