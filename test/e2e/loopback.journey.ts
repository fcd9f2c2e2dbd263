// Signing in with the browser of this machine, played by a real one: what VS Code does in a local window, which no server can be.
import { chromium } from 'playwright-core'
import { expect, inject, onTestFinished, test } from 'vitest'
import { accountOf } from '../../src/hub/account.ts'
import { listenForRedirect } from '../../src/hub/loopback.ts'
import { openOAuth, redeemCode, requestCode } from '../../src/hub/oauth.ts'
import { startHub } from '../hub/hub.ts'
import { oauthOf } from '../hub/oauth.ts'

const wanted = ['openid', 'profile', 'contribute-repos']

test('the browser comes back to this machine with a code that only we can use', async () => {
  const hub = await startHub()
  onTestFinished(() => hub.close())
  oauthOf(hub).applications.push({ clientId: 'ours', redirectUris: ['http://127.0.0.1/signed-in'] })
  hub.addAccount('mara', 'hf_of_mara_herself')
  const browser = await chromium.launch({ executablePath: inject('chromium'), args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  const addresses: string[] = []
  page.on('request', (request) => addresses.push(request.url()))

  const redirect = await listenForRedirect()
  onTestFinished(() => redirect.close())
  const oauth = await openOAuth({ endpoint: hub.endpoint, clientId: 'ours' })
  const request = await requestCode(oauth, wanted, redirect.uri)
  const arrived = redirect.arrived({ signal: new AbortController().signal, state: request.state, page: { done: 'Go back to VS Code.', wrong: 'That did not work.' } })
  await page.goto(request.page)
  await page.getByRole('combobox', { name: 'account' }).selectOption('mara')
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.getByText('Go back to VS Code.').waitFor()

  const grant = await redeemCode(oauth, request, await arrived, wanted)
  expect(await accountOf({ token: grant.accessToken, endpoint: hub.endpoint })).toMatchObject({ name: 'mara' })
  expect(grant.scopes).toEqual(wanted)
  // What the browser keeps in its history is of no use any more: the code is used up, the rest was never there.
  const secrets = [...hub.secrets].filter((secret) => !secret.startsWith('code_'))
  expect(secrets).toEqual(expect.arrayContaining([request.verifier, grant.accessToken, grant.refreshToken]))
  const kept = [...addresses, await page.content(), ...hub.seen.map(({ path, headers }) => path + headers)].join('\n')
  expect(addresses).toContain((await arrived).href)
  expect(secrets.filter((secret) => kept.includes(secret))).toEqual([])
  await page.reload()
  await page.getByText('That did not work.').waitFor()
  await expect(redeemCode(oauth, request, new URL(page.url()), wanted)).rejects.toMatchObject({ code: 'account.sign-in-failed' })
})
