/** The one session of this user at the Hub, as all windows share it: in a secret storage, refreshed by one window at a time. */
import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { UserError } from '../protocol/errors.ts'
import { accountOf } from './account.ts'
import { machineToken, type Credential } from './credentials.ts'
import type { Grant } from './oauth.ts'
import type { UsedTokens } from './usedTokens.ts'

/** What VS Code's SecretStorage has. */
export interface SecretStore {
  get(key: string): PromiseLike<string | undefined>
  store(key: string, value: string): PromiseLike<void>
  delete(key: string): PromiseLike<void>
}

const grantSchema = z.object({ accessToken: z.string(), refreshToken: z.string().optional(), expires: z.number().optional(), scopes: z.array(z.string()) })

const sessionSchema = z.object({
  id: z.string(),
  endpoint: z.string(),
  account: z.string(),
  way: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('browser'), clientId: z.string(), grant: grantSchema }),
    /** A token that was pasted. Its permissions are those that were ticked at the Hub: nobody can tell them as scopes. */
    z.object({ kind: z.literal('token'), token: z.string() }),
    /** That of this machine, looked up anew each time: it is not ours to keep. By its hash it is seen to be another one. */
    z.object({ kind: z.literal('machine'), hash: z.string() }),
  ]),
})
export type Session = z.infer<typeof sessionSchema>

export interface SessionsOptions {
  endpoint: string
  /** Does work that no other window does at the same time. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result>
  refresh(clientId: string, grant: Grant): Promise<Grant>
  /** Shared by all windows. */
  usedTokens: UsedTokens
  env?: NodeJS.ProcessEnv
}

/** The key of the secret storage. */
export const sessionKey = 'finetune.hub.session'

/** A token with less time than this is exchanged before it is used. */
const margin = 5 * 60_000

export class Sessions {
  readonly #secrets: SecretStore
  readonly #options: SessionsOptions

  constructor(secrets: SecretStore, options: SessionsOptions) {
    this.#secrets = secrets
    this.#options = options
  }

  /**
   * The session at this endpoint, if there is one. One of another endpoint is left alone, and its token is sent nowhere. Where it is that of
   * the machine's token and there is none now, there is none; where there is another one, it is the session of whom that belongs to.
   */
  async current(): Promise<Session | undefined> {
    const stored = parsed(await this.#secrets.get(sessionKey))
    if (stored?.endpoint !== this.#options.endpoint) return undefined
    return stored.way.kind === 'machine' ? this.#ofMachine(stored, stored.way.hash) : stored
  }

  /** In place of the one before. */
  async put(session: Session): Promise<void> {
    await this.#secrets.store(sessionKey, JSON.stringify(session))
  }

  /** Forgets it. Tokens in files of this machine stay where they are. */
  async remove(): Promise<void> {
    await this.#secrets.delete(sessionKey)
  }

  /**
   * The session's token, exchanged for a new one where it is about to end.
   * @throws UserError `account.signed-out` where that is not possible any more: the session is gone then
   */
  async credential(session: Session): Promise<Credential> {
    const { endpoint } = this.#options
    switch (session.way.kind) {
      case 'token': return { token: session.way.token, endpoint }
      case 'machine': {
        const found = await machineToken(endpoint, this.#options.env)
        if (found === undefined) throw new UserError('account.no-token', { endpoint })
        return { token: found.token, endpoint, expires: found.expires }
      }
      case 'browser': return { token: isFresh(session.way.grant) ? session.way.grant.accessToken : await this.#exchanged(session.id), endpoint }
    }
  }

  async #ofMachine(stored: Session, hash: string): Promise<Session | undefined> {
    const found = await machineToken(this.#options.endpoint, this.#options.env)
    // It stays stored: another window of the same person may have HF_TOKEN.
    if (found === undefined) return undefined
    const now = tokenHash(found.token)
    if (now === hash) return stored
    const account = await accountOf(found).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error
    })
    if (account === undefined) return undefined
    // A token that was exchanged for a new one is the same account's.
    const id = account.name === stored.account ? stored.id : randomUUID()
    const session: Session = { ...stored, id, account: account.name, way: { kind: 'machine', hash: now } }
    await this.put(session)
    return session
  }

  #exchanged(id: string): Promise<string> {
    return this.#options.exclusively(async () => {
      const now = await this.current()
      // Signed out, or in anew, by another window.
      if (now?.id !== id || now.way.kind !== 'browser') throw new UserError('account.signed-out', { endpoint: this.#options.endpoint })
      if (isFresh(now.way.grant)) return now.way.grant.accessToken
      const { refreshToken } = now.way.grant
      // In a browser each window of VS Code has a copy of the secrets from when it was opened.
      if (refreshToken !== undefined && await this.#options.usedTokens.has(refreshToken)) throw new UserError('account.renewed-elsewhere', {})
      try {
        const grant = await this.#options.refresh(now.way.clientId, now.way.grant)
        // First of all: the old refresh token is used up.
        await this.put({ ...now, way: { ...now.way, grant } })
        if (refreshToken !== undefined && refreshToken !== grant.refreshToken) await this.#options.usedTokens.add(refreshToken)
        return grant.accessToken
      } catch (error) {
        if (error instanceof UserError && error.code === 'account.signed-out') await this.remove()
        throw error
      }
    })
  }
}

/** Tells tokens apart without keeping one. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Whether a session may do what the scopes name. What a token may is the Hub's to say. */
export function covers({ way }: Session, scopes: readonly string[]): boolean {
  return way.kind !== 'browser' || scopes.every((scope) => way.grant.scopes.includes(scope))
}

function isFresh({ expires, refreshToken }: Grant): boolean {
  return expires === undefined || expires - margin > Date.now() || (refreshToken === undefined && expires > Date.now())
}

function parsed(text: string | undefined): Session | undefined {
  try {
    return text === undefined ? undefined : sessionSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
