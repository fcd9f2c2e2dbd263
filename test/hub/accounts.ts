/** Who may do what on the local Hub. */
import { Refusal } from './route.ts'

export interface Account {
  name: string
  /** Sent as `Authorization: Bearer …`. */
  token: string
  /** As `whoami-v2` tells it; `fineGrained` and OAuth tokens have scopes. */
  role: 'read' | 'write' | 'fineGrained'
  /** OAuth scopes, for a token of an OAuth app. */
  scopes?: string[]
  organizations: string[]
}

/**
 * Whose token a request carries.
 * @throws Refusal 401 for a token that nobody has; its message is the one that huggingface_hub's hf_raise_for_status compares with
 */
export function accountOf(authorization: string | undefined, accounts: readonly Account[]): Account | undefined {
  if (authorization === undefined) return undefined
  const token = /^Bearer (.+)$/i.exec(authorization)?.[1]
  const account = accounts.find((each) => each.token === token)
  if (account === undefined) throw new Refusal(401, 'Invalid credentials in Authorization header')
  return account
}

/** Whether an account owns a namespace, by itself or through an organization. */
export function ownsNamespace(account: Account | undefined, namespace: string): boolean {
  return account !== undefined && (account.name === namespace || account.organizations.includes(namespace))
}
