/** The ways to sign in to the Hub: only those that work here are offered. */
import { randomUUID } from 'node:crypto'
import * as vscode from 'vscode'
import { UserError, printable } from '../protocol/errors.ts'
import { accountOf } from '../hub/account.ts'
import { machineToken } from '../hub/credentials.ts'
import type { TokenSource } from '../hub/credentials.ts'
import { isSameLoopback, listenForRedirect } from '../hub/loopback.ts'
import type { Redirect } from '../hub/loopback.ts'
import { openOAuth, redeemCode, requestCode, signInWithDeviceCode } from '../hub/oauth.ts'
import type { Grant } from '../hub/oauth.ts'
import { tokenHash } from '../hub/sessions.ts'
import type { Session } from '../hub/sessions.ts'
import { cleanToken } from '../hub/tokenFiles.ts'
import { asNotice } from './plainText.ts'

interface Way extends vscode.QuickPickItem {
  /** Undefined: given up. */
  signIn(): Promise<Session['way'] | undefined>
}

export interface SignInOptions {
  endpoint: string
  scopes: readonly string[]
  /** Of an application that was registered for this program; empty where none was. */
  clientId: string
}

/** Asks how, and signs in so. Undefined where the person gave up. @throws UserError for what went wrong */
export async function signIn(options: SignInOptions): Promise<Session | undefined> {
  const redirect = options.clientId !== '' ? await localRedirect() : undefined
  try {
    const ways = [
      ...options.clientId === '' ? [] : browserWays(options, redirect),
      ...await machineWay(options.endpoint),
      pastedWay(options),
    ]
    const chosen = await vscode.window.showQuickPick(ways, { title: vscode.l10n.t('Sign In to Hugging Face'), placeHolder: vscode.l10n.t('How?'), ignoreFocusOut: true })
    const way = await chosen?.signIn()
    if (way === undefined) return undefined
    const { name } = await accountOf({ token: await tokenOf(way, options.endpoint), endpoint: options.endpoint }, fetch)
    return { id: randomUUID(), endpoint: options.endpoint, account: name, way }
  } finally {
    redirect?.close()
  }
}

async function tokenOf(way: Session['way'], endpoint: string): Promise<string> {
  switch (way.kind) {
    case 'browser': return way.grant.accessToken
    case 'token': return way.token
    case 'machine': {
      const found = await machineToken(endpoint)
      if (found === undefined) throw new UserError('account.no-token', { endpoint })
      return found.token
    }
  }
}

/** A browser on this machine can come back to us: only a local window, and only if VS Code leaves the address as it is. */
async function localRedirect(): Promise<Redirect | undefined> {
  if (vscode.env.remoteName !== undefined || vscode.env.uiKind !== vscode.UIKind.Desktop) return undefined
  const redirect = await listenForRedirect().catch(() => undefined)
  if (redirect === undefined) return undefined
  // Where it cannot be told, the other ways are there.
  const external = await vscode.env.asExternalUri(vscode.Uri.parse(redirect.uri)).then((uri) => uri.toString(true), () => undefined)
  if (external !== undefined && isSameLoopback(external, redirect.uri)) return redirect
  redirect.close()
  return undefined
}

function browserWays(options: SignInOptions, redirect: Redirect | undefined): Way[] {
  const { clientId } = options
  const browser = (label: string, detail: string, ask: (signal: AbortSignal, say: (text: string) => void) => Promise<Grant>): Way => ({
    label, detail, iconPath: new vscode.ThemeIcon('globe'),
    async signIn() {
      const grant = await cancellable(vscode.l10n.t('Waiting for you to allow it on the page of Hugging Face'), ask)
      return grant && { kind: 'browser', clientId, grant }
    },
  })
  return [
    browser(vscode.l10n.t('With a browser and a code'), vscode.l10n.t('Enter a short code on the page of Hugging Face, on any device'), (signal, say) => withDeviceCode(options, signal, say)),
    ...redirect ? [browser(vscode.l10n.t('With the browser of this machine'), vscode.l10n.t('It comes back by itself'), (signal) => withRedirect(options, redirect, signal))] : [],
  ]
}

/** @param say shows a text until the sign-in is over */
async function withDeviceCode({ endpoint, clientId, scopes }: SignInOptions, signal: AbortSignal, say: (text: string) => void): Promise<Grant> {
  const oauth = await openOAuth({ endpoint, clientId, fetch })
  const gaveUp = new AbortController()
  return signInWithDeviceCode(oauth, scopes, {
    signal: AbortSignal.any([signal, gaveUp.signal]),
    async onCode({ userCode, page }) {
      const copy = vscode.l10n.t('Copy Code and Open Page')
      const shown = printable(userCode)
      const code = vscode.l10n.t('Your code is {0}', shown)
      say(asNotice(code))
      const chosen = await vscode.window.showInformationMessage(asNotice(code), {
        modal: true, detail: vscode.l10n.t('Enter it on {0}, on this device or another, and allow Finetune there.', new URL(page).host),
      }, copy)
      if (chosen !== copy) return gaveUp.abort()
      await vscode.env.clipboard.writeText(shown)
      await vscode.env.openExternal(vscode.Uri.parse(page, true))
    },
  })
}

async function withRedirect({ endpoint, clientId, scopes }: SignInOptions, redirect: Redirect, signal: AbortSignal): Promise<Grant> {
  const oauth = await openOAuth({ endpoint, clientId, fetch })
  const request = await requestCode(oauth, scopes, redirect.uri)
  const arrived = redirect.arrived({
    signal, state: request.state,
    page: { done: vscode.l10n.t('Signed in. You can close this page and go back to VS Code.'), wrong: vscode.l10n.t('Signing in did not work. Go back to VS Code to try again.') },
  })
  const [redirected] = await Promise.all([arrived, vscode.env.openExternal(vscode.Uri.parse(request.page, true))])
  return redeemCode(oauth, request, redirected, scopes)
}

/** A notification that can be given up. Undefined then. */
function cancellable<Result>(title: string, work: (signal: AbortSignal, say: (text: string) => void) => Promise<Result>): Thenable<Result | undefined> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (progress, token) => {
    const stop = new AbortController()
    token.onCancellationRequested(() => stop.abort())
    return work(stop.signal, (message) => progress.report({ message })).catch((error) => {
      if ((error as Error).name === 'AbortError') return undefined
      throw error
    })
  })
}

async function machineWay(endpoint: string): Promise<Way[]> {
  const found = await machineToken(endpoint).catch(() => undefined)
  if (found === undefined) return []
  return [{ label: vscode.l10n.t('With the token on this machine'), iconPath: new vscode.ThemeIcon('device-desktop'), detail: sourceText(found.source), signIn: async () => ({ kind: 'machine', hash: tokenHash(found.token) }) }]
}

function sourceText(source: TokenSource): string {
  if (source.kind === 'variable') return vscode.l10n.t('The variable {0}', source.name)
  return source.name === undefined ? printable(source.path) : vscode.l10n.t('{0}, "{1}"', printable(source.path), printable(source.name))
}

function pastedWay({ endpoint }: SignInOptions): Way {
  return {
    label: vscode.l10n.t('With a token that I paste'),
    iconPath: new vscode.ThemeIcon('key'),
    detail: vscode.l10n.t('Made on the page Access Tokens of Hugging Face'),
    async signIn() {
      const token = cleanToken(await askForToken(`${endpoint}/settings/tokens`))
      return token === undefined ? undefined : { kind: 'token', token }
    },
  }
}

function askForToken(page: string): Promise<string | undefined> {
  const input = vscode.window.createInputBox()
  input.title = vscode.l10n.t('Token of Hugging Face')
  input.password = true
  input.ignoreFocusOut = true
  input.prompt = vscode.l10n.t('Make one at {0}: of type Write; or Fine-grained, with write access to your own repositories to publish and read access to gated ones', page)
  input.buttons = [{ iconPath: new vscode.ThemeIcon('link-external'), tooltip: vscode.l10n.t('Open the Page') }]
  return new Promise((resolve) => {
    input.onDidTriggerButton(() => void vscode.env.openExternal(vscode.Uri.parse(page, true)))
    input.onDidChangeValue(() => { input.validationMessage = undefined })
    input.onDidAccept(() => {
      if (!cleanToken(input.value)?.startsWith('hf_')) {
        input.validationMessage = vscode.l10n.t('A token of Hugging Face begins with hf_')
        return
      }
      resolve(input.value)
      input.hide()
    })
    input.onDidHide(() => {
      resolve(undefined)
      input.dispose()
    })
    input.show()
  })
}
