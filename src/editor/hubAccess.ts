/** What the Hub keeps from a person: why, and what they can do about it. Sources: hub-docs, datasets-gated.md, models-gated.md, security-tokens.md. */
import * as vscode from 'vscode'
import type { Credential } from '../hub/credentials.ts'
import { hubEndpoint } from '../hub/endpoint.ts'
import { scopes } from '../hub/oauth.ts'
import { printable } from '../protocol/errors.ts'
import type { AccessAction, HubKind } from '../protocol/hubMessages.ts'
import { parseHubName } from '../protocol/hubName.ts'
import type { Mistake } from '../protocol/workerRequests.ts'
import type { HubAccount } from './hubAccount.ts'

/** In the words of the editor, which has its own way to sign in; undefined for another mistake. */
export function accessProblem({ code, args }: Mistake): { text: string, access: AccessAction[] } | undefined {
  const name = printable(String(args.name))
  switch (code) {
    case 'hub.gated': return {
      text: vscode.l10n.t('{0} is gated: its owner asks for your agreement to conditions. Sign in, then ask for access on its page.', name),
      access: ['signInForGated', 'askAccess', 'lookAgain'],
    }
    case 'hub.gated-not-granted': return {
      text: vscode.l10n.t('{0} is gated, and your account has no access to it yet: ask for it on its page. Your sign-in must also be allowed to read gated repositories; a fine-grained token needs the permission “Read access to contents of all public gated repos you can access”.', name),
      access: ['askAccess', 'signInForGated', 'openTokens', 'lookAgain'],
    }
    case 'hub.not-found': return {
      text: vscode.l10n.t('There is no {0} on the Hub, or it is private: check the name. For a private one, sign in.', name),
      access: ['signInForPrivate', 'lookAgain'],
    }
    case 'hub.not-found-signed-in': return {
      text: vscode.l10n.t('There is no {0} on the Hub that your account may see: check the name. For a private one, your sign-in must be allowed to read your repositories; a fine-grained token needs the permission “Read access to contents of all repos under your personal namespace”.', name),
      access: ['signInForPrivate', 'openTokens', 'lookAgain'],
    }
    case 'hub.forbidden': return {
      text: vscode.l10n.t('Your account may not read {0}: {1}', name, printable(String(args.reason))),
      access: ['askAccess', 'signInForPrivate', 'openTokens', 'lookAgain'],
    }
    case 'hub.token-expired':
    case 'hub.token-refused': return {
      text: vscode.l10n.t('The Hub does not accept your token: it is expired, revoked or of another Hub. Sign in again.'),
      access: ['signInForPrivate', 'lookAgain'],
    }
    default: return undefined
  }
}

/** @param name of the repository, which opens on the Hub's own page. Returns whether it is worth looking again */
export async function answerAccess(account: HubAccount, kind: HubKind, name: string, action: AccessAction): Promise<boolean> {
  switch (action) {
    case 'lookAgain': return true
    case 'signInForGated': return await signInFor(account, scopes.readGated) !== undefined
    case 'signInForPrivate': return await signInFor(account, scopes.readPrivate) !== undefined
    case 'openTokens': return open('settings/tokens')
    case 'askAccess': {
      const repository = parseHubName(kind === 'data' ? 'dataset' : 'model', name)
      return repository !== undefined && open(`${kind === 'data' ? 'datasets/' : ''}${repository.id}`)
    }
  }
}

/** One who is signed in with all this already, and still was refused, takes another account or token. */
export async function signInFor(account: HubAccount, needed: readonly string[]): Promise<Credential | undefined> {
  const isHeld = await account.credential(needed, { ask: false }) !== undefined
  return account.credential(needed, { ask: true, anew: isHeld })
}

async function open(path: string): Promise<false> {
  await vscode.env.openExternal(vscode.Uri.parse(`${hubEndpoint()}/${path}`, true))
  return false
}
