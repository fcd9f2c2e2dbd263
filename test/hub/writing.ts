/** Who may write where. */
import { ownsNamespace, type Account } from './accounts.ts'
import { findRepository, isOwnCreation, typeOf } from './access.ts'
import type { Repository } from './repositories.ts'
import { Refusal, type Call } from './route.ts'

export function requireCreator({ account }: Call, namespace: string): Account {
  const known = requireAccount(account)
  if (!mayWrite(known, ['manage-repos', 'contribute-repos'])) throw forbidden('create a repository')
  if (!ownsNamespace(known, namespace)) throw new Refusal(403, `You don't have the rights to create a model under the namespace "${namespace}"`)
  return known
}

/** The repository that a request writes to; undefined where it was redirected. */
export function writableRepository(call: Call, plural: string, id: string): Repository | undefined {
  const account = requireAccount(call.account)
  const repository = findRepository(call, typeOf(plural), id)
  if (repository === undefined) return undefined
  if (!isOwnCreation(call, repository) && !mayWrite(account, ['manage-repos', 'write-repos'])) throw forbidden('write to this repository')
  if (!ownsNamespace(account, id.split('/')[0])) throw new Refusal(403, 'Forbidden: you must use a write token to upload to a repository.')
  return repository
}

function mayWrite({ role, scopes }: Account, any: string[]): boolean {
  return scopes === undefined ? role === 'write' : any.some((scope) => scopes.includes(scope))
}

function requireAccount(account: Account | undefined): Account {
  if (account === undefined) throw new Refusal(401, 'Invalid username or password.')
  return account
}

function forbidden(what: string): Refusal {
  return new Refusal(403, `Forbidden: your token has no permission to ${what}.`)
}
