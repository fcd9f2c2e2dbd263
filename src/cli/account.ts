/** `finetune login`, `logout` and `whoami`: the token that Hugging Face's own programs on this machine use too. */
import { homedir } from 'node:os'
import { isAbsolute, join, relative } from 'node:path'
import { printable, UserError } from '../protocol/errors.ts'
import { accountOf, type Account } from '../hub/account.ts'
import { machineToken, type TokenSource } from '../hub/credentials.ts'
import { hubEndpoint } from '../hub/endpoint.ts'
import { openOAuth, scopes, signInWithDeviceCode } from '../hub/oauth.ts'
import { grantFields } from '../hub/renewToken.ts'
import { cleanToken, removeToken, storeToken, type TokenFields, type TokenPaths } from '../hub/tokenFiles.ts'
import { storedTokensPath, tokenPath } from '../hub/tokenPlaces.ts'
import { nearPath } from './preflightText.ts'
import type { Output } from './runPrinter.ts'
import { readSecret } from './secretInput.ts'

export interface LoginOptions {
  /** Ask for a token even where a client id would let a browser sign in. */
  withToken: boolean
  input: NodeJS.ReadableStream
  output: Output
  signal: AbortSignal
}

/** Signs in and stores the token where Hugging Face's CLI does. A client id is `HF_DEVICE_CODE_OAUTH_CLIENT_ID`, as there. */
export async function login({ withToken, input, output, signal }: LoginOptions): Promise<void> {
  const endpoint = hubEndpoint()
  const clientId = process.env.HF_DEVICE_CODE_OAUTH_CLIENT_ID
  const fields: TokenFields = clientId && !withToken
    ? await deviceGrant({ endpoint, clientId, output, signal })
    : { hf_token: await pastedToken(endpoint, input, output) }
  const account = await accountOf({ token: fields.hf_token, endpoint })
  await storeToken(tokenFiles(), account.token?.name ?? `oauth-${account.name}`, { ...fields, endpoint })
  output.write(`Signed in as ${accountText(account)}. The token is in ${shownPath(tokenPath())}, which Hugging Face's own programs use too.\n`)
  const used = await machineToken(endpoint)
  if (used?.source.kind === 'variable') output.write(`The variable ${used.source.name} is set and comes first: unset it to use this token.\n`)
}

/** Removes the token in use from the files of Hugging Face's CLI. */
export async function logout(output: Output): Promise<void> {
  const used = await machineToken(hubEndpoint())
  const name = await removeToken(tokenFiles())
  const files = `${shownPath(tokenPath())}${name === undefined ? '' : `, and its entry "${printable(name)}" from ${shownPath(storedTokensPath())}`}`
  if (used?.source.kind === 'file') output.write(`Signed out: the token was removed from ${files}.\n`)
  else output.write(used ? `Tokens in files are removed, but the variable ${used.source.name} is set: unset it.\n` : 'No token was stored on this machine.\n')
}

/** @throws UserError where there is no token, or it is not accepted */
export async function whoami(output: Output): Promise<void> {
  const endpoint = hubEndpoint()
  const used = await machineToken(endpoint)
  if (used === undefined) throw new UserError('account.no-token', { endpoint })
  const account = await accountOf(used)
  const lines = [
    accountText(account),
    ...account.organisations.length > 0 ? [`organisations: ${account.organisations.map(printable).join(', ')}`] : [],
    `token: ${sourceText(used.source)}${account.token ? `, may ${printable(account.token.role)}` : ''}${used.expires ? `, until ${used.expires.toISOString().slice(0, 10)}` : ''}`,
    `Hub: ${printable(endpoint)}`,
  ]
  output.write(lines.map((line) => `${line}\n`).join(''))
}

/** Which token it is, never the token. */
export function sourceText(source: TokenSource): string {
  if (source.kind === 'variable') return `the variable ${source.name}`
  return `${shownPath(source.path)}${source.name === undefined ? '' : ` ("${printable(source.name)}")`}`
}

async function deviceGrant({ endpoint, clientId, output, signal }: { endpoint: string, clientId: string, output: Output, signal: AbortSignal }): Promise<TokenFields> {
  const oauth = await openOAuth({ endpoint, clientId })
  // All at once: a command has no way to ask for more when it is needed.
  const wanted = [...scopes.signIn, ...scopes.publish, ...scopes.readPrivate, ...scopes.readGated]
  const grant = await signInWithDeviceCode(oauth, wanted, {
    signal,
    onCode({ userCode, page }) {
      output.write(`Open ${printable(page)}\nand enter the code ${printable(userCode)}\nWaiting for you to allow it there (Ctrl-C gives up).\n`)
    },
  })
  return { ...grantFields(grant), client_id: clientId }
}

async function pastedToken(endpoint: string, input: NodeJS.ReadableStream, output: Output): Promise<string> {
  if ('isTTY' in input && input.isTTY) {
    output.write(`Make a token at ${endpoint}/settings/tokens: "Write", or "Fine-grained" with "Write access to contents of all repos under your personal namespace" to publish and "Read access to contents of all public gated repos you can access".\n`)
  }
  const token = cleanToken(await readSecret(input, output, 'Paste it here, it is not shown: '))
  if (token === undefined) throw new UserError('account.token-empty', {})
  return token
}

function tokenFiles(): TokenPaths {
  return { token: tokenPath(), stored: storedTokensPath() }
}

/** Without the person's name where that is part of it: what a terminal shows is copied into questions. */
function shownPath(path: string): string {
  const near = nearPath(path)
  const belowHome = relative(homedir(), near)
  return printable(isAbsolute(near) && !isAbsolute(belowHome) && !belowHome.startsWith('..') ? join('~', belowHome) : near)
}

function accountText({ name, fullName }: Account): string {
  return fullName && fullName !== name ? `${printable(name)} (${printable(fullName)})` : printable(name)
}
