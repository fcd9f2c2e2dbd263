// The ways to sign in that are offered, and the one by a real browser on this machine. It is for a local window, which the server of the
// journeys has none of, so the editor around `signIn` is played here.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { ensureChromium } from '../../scripts/chromium.mjs'
import { signIn, type SignInOptions } from '../../src/editor/signIn.ts'
import { startHub, type LocalHub } from '../hub/hub.ts'
import { oauthOf } from '../hub/oauth.ts'

/** Where the window is, what it was asked, and who answers. */
const editor = vi.hoisted(() => ({
  remoteName: undefined as string | undefined,
  uiKind: 1,
  asExternalUri: async (address: string) => address,
  openExternal: async (_address: string) => true,
  choice: undefined as string | undefined,
  offered: [] as string[],
}))

vi.mock('vscode', async () => {
  const { fill } = await import('../../src/protocol/errors.ts')
  return {
    UIKind: { Desktop: 1, Web: 2 },
    ProgressLocation: { Notification: 15 },
    ThemeIcon: class {},
    Uri: { parse: (address: string) => ({ toString: () => address }) },
    l10n: { t: (text: string, ...values: string[]) => fill(text, Object.fromEntries(values.map((value, index) => [String(index), value]))) },
    env: {
      get remoteName() { return editor.remoteName },
      get uiKind() { return editor.uiKind },
      asExternalUri: async (uri: object) => { const address = await editor.asExternalUri(String(uri)); return { toString: () => address } },
      openExternal: (uri: object) => editor.openExternal(String(uri)),
    },
    window: {
      async showQuickPick(ways: { label: string }[]) {
        editor.offered = ways.map(({ label }) => label)
        return ways.find(({ label }) => label === editor.choice)
      },
      withProgress: (_: object, work: (progress: object, token: object) => Promise<unknown>) => work({}, { onCancellationRequested() {} }),
    },
  }
})

const code = 'With a browser and a code'
const browserHere = 'With the browser of this machine'
const machine = 'With the token on this machine'
const pasted = 'With a token that I paste'

let hub: LocalHub
let options: SignInOptions
beforeEach(async () => {
  hub = await startHub()
  oauthOf(hub).applications.push({ clientId: 'ours', redirectUris: ['http://127.0.0.1/signed-in'] })
  hub.addAccount('mara', 'hf_of_mara_herself')
  options = { endpoint: hub.endpoint, clientId: 'ours', scopes: ['openid', 'profile', 'contribute-repos'] }
  const home = mkdtempSync(join(tmpdir(), 'finetune-loopback-'))
  for (const name of ['HF_TOKEN', 'HF_TOKEN_PATH', 'HF_HUB_OFFLINE']) vi.stubEnv(name, undefined)
  vi.stubEnv('HF_HOME', home)
  vi.stubEnv('HF_ENDPOINT', hub.endpoint)
  Object.assign(editor, { remoteName: undefined, uiKind: 1, asExternalUri: async (address: string) => address, choice: undefined, offered: [] })
  return async () => {
    vi.unstubAllEnvs()
    rmSync(home, { recursive: true })
    await hub.close()
  }
})

describe.skipIf(process.env.FINETUNE_NO_E2E === '1')('with the browser of this machine', () => {
  test('it comes back with a code that only we can use', async () => {
    const { page, addresses } = await openBrowser()
    let redirect = ''
    editor.asExternalUri = async (address) => redirect = address
    editor.openExternal = async (address) => {
      void page.goto(address).then(() => allow(page))
      return true
    }
    editor.choice = browserHere
    const session = await signIn(options)
    expect(editor.offered).toEqual([code, browserHere, pasted])
    expect(session).toMatchObject({ account: 'mara', endpoint: hub.endpoint, way: { kind: 'browser', clientId: 'ours', grant: { scopes: options.scopes } } })
    await page.getByText('Signed in. You can close this page and go back to VS Code.').waitFor()

    // What the browser keeps in its history is of no use any more: the code is used up, the rest was never there.
    const secrets = [...hub.secrets].filter((secret) => !secret.startsWith('code_'))
    const { grant } = session!.way as Extract<NonNullable<typeof session>['way'], { kind: 'browser' }>
    expect(secrets).toEqual(expect.arrayContaining([grant.accessToken, grant.refreshToken]))
    expect(secrets).toHaveLength(4) // with Mara's own and the verifier
    const kept = [...addresses, await page.content(), ...hub.seen.map(({ path, headers }) => path + headers)].join('\n')
    expect(addresses).toContainEqual(expect.stringMatching(/\/signed-in\?.*code=code_/))
    expect(secrets.filter((secret) => kept.includes(secret))).toEqual([])
    // And nobody listens there any more.
    await expect(fetch(redirect)).rejects.toThrow()
  })

  test('one who denies it is not signed in, and reads so in the browser too', async () => {
    const { page } = await openBrowser()
    editor.openExternal = async (address) => {
      void page.goto(address).then(() => page.getByRole('button', { name: 'Deny' }).click())
      return true
    }
    editor.choice = browserHere
    await expect(signIn(options)).rejects.toMatchObject({ code: 'account.denied' })
    await page.getByText('Signing in did not work.').waitFor()
  })
})

test.each([
  ['another path', { asExternalUri: async () => 'http://127.0.0.1:4711/proxy/8080/signed-in' }],
  ['another machine', { asExternalUri: async (address: string) => address.replace('127.0.0.1', 'tunnel.test') }],
  ['a window on another machine', { remoteName: 'ssh-remote' }],
  ['a window in a browser', { uiKind: 2 }],
])('%s: no browser could come back, so the code is offered, and a token', async (_, where) => {
  Object.assign(editor, where)
  expect(await signIn(options)).toBeUndefined()
  expect(editor.offered).toEqual([code, pasted])
})

test('without an application no browser is offered, with a token on the machine that one is, before a pasted one', async () => {
  vi.stubEnv('HF_TOKEN', 'hf_of_mara_herself')
  expect(await signIn({ ...options, clientId: '' })).toBeUndefined()
  expect(editor.offered).toEqual([machine, pasted])
  editor.choice = machine
  expect(await signIn(options)).toMatchObject({ account: 'mara', way: { kind: 'machine' } })
  expect(editor.offered).toEqual([code, browserHere, machine, pasted])
})

async function openBrowser(): Promise<{ page: Page, addresses: string[] }> {
  const browser = await chromium.launch({ executablePath: ensureChromium(console.error), args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  const addresses: string[] = []
  page.on('request', (request) => addresses.push(request.url()))
  return { page, addresses }
}

async function allow(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: 'account' }).selectOption('mara')
  await page.getByRole('button', { name: 'Allow' }).click()
}
