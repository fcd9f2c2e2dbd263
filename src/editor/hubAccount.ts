/** The person's account at the Hub, as an account of VS Code: seen and signed out of in its Accounts menu, shared by all windows. */
import { join } from 'node:path'
import * as vscode from 'vscode'
import { isExpired, machineToken, type Credential } from '../hub/credentials.ts'
import { hubEndpoint } from '../hub/endpoint.ts'
import { whileLocked } from '../hub/fileLock.ts'
import { openOAuth, refresh, scopes } from '../hub/oauth.ts'
import { covers, sessionKey, Sessions } from '../hub/sessions.ts'
import type { Session } from '../hub/sessions.ts'
import { UsedTokens } from '../hub/usedTokens.ts'
import { configured } from './configuration.ts'
import type { Log } from './log.ts'
import { signIn } from './signIn.ts'

const providerId = 'huggingface'
/** Longer than exchanging a token can take: every request in it has a limit of its own. */
const longestRefresh = 120_000

export class HubAccount implements vscode.AuthenticationProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>()
  readonly onDidChangeSessions = this.#changed.event
  readonly #sessions: Sessions
  readonly #log: Log
  readonly #parts: vscode.Disposable[]
  #isOffered = false
  #isProvider: Promise<boolean> | undefined
  #onAsked = (): void => {}
  #shown: Session | undefined

  constructor(context: vscode.ExtensionContext, log: Log) {
    this.#sessions = new Sessions(context.secrets, {
      // Read when it is needed: a wrong HF_ENDPOINT is told then, and keeps nothing else from working.
      get endpoint() { return hubEndpoint() },
      exclusively: (work) => whileLocked(join(context.globalStorageUri.fsPath, 'session.lock'), longestRefresh, work),
      usedTokens: new UsedTokens(join(context.globalStorageUri.fsPath, 'session.used')),
      refresh: async (clientId, grant) => refresh(await openOAuth({ endpoint: hubEndpoint(), clientId, fetch }), grant),
    })
    this.#log = log
    this.#parts = [this.#changed, vscode.authentication.registerAuthenticationProvider(providerId, 'Hugging Face', this, { supportsMultipleAccounts: false }), context.secrets.onDidChange(({ key }) => { if (key === sessionKey) void this.#tellChange() })]
    void this.#sessions.current().then((session) => { this.#shown = session }, (error) => log.error(error))
  }

  /** The account, signed in to for what is needed. Undefined where the person has none, or gave up. @param ask why, for the person; `anew`: in place of the session that is there */
  async credential(needed: readonly string[], { ask, anew = false }: { ask: boolean, anew?: boolean }): Promise<Credential | undefined> {
    const wanted = [...scopes.signIn, ...needed]
    if (await (this.#isProvider ??= this.#askWhetherProvider())) {
      const session = await vscode.authentication.getSession(providerId, wanted, ask ? anew ? { forceNewSession: true } : { createIfNone: true } : { silent: true }).then((found) => found, unlessGivenUp)
      return session && { token: session.accessToken, endpoint: hubEndpoint() }
    }
    const held = await this.#sessions.current()
    if (held && covers(held, wanted) && !anew) return this.#sessions.credential(held)
    const session = ask ? await this.#signIn(wanted) : undefined
    return session && this.#sessions.credential(session)
  }

  /**
   * What to read with, without asking: the account's token, else that of this machine, which processes of ours have not in their environment.
   * An account that cannot be had now, such as without a network, is told in the log.
   */
  async readingToken(): Promise<string | undefined> {
    const held = await this.credential([], { ask: false }).catch((error: unknown) => this.#log.warn((error as Error).message))
    if (held) return held.token
    const own = await machineToken(hubEndpoint())
    // Of one whose time is over the process tells, which looks for it itself.
    return own && !isExpired(own) ? own.token : undefined
  }

  /** The Accounts menu offers to sign in to what an extension has once asked for without insisting. */
  async offer(): Promise<void> {
    if (this.#isOffered) return
    this.#isOffered = true
    if (await (this.#isProvider ??= this.#askWhetherProvider())) await vscode.authentication.getSession(providerId, [...scopes.signIn], {})
  }

  async getSessions(wanted: readonly string[] | undefined): Promise<vscode.AuthenticationSession[]> {
    this.#onAsked()
    const session = await this.#sessions.current()
    // The machine's token can go, or be another one, without a word.
    if (session?.id !== this.#shown?.id) void this.#tellChange()
    if (session === undefined || !covers(session, wanted ?? [])) return []
    return [await this.#asVscode(session, wanted ?? [])]
  }

  async createSession(wanted: readonly string[]): Promise<vscode.AuthenticationSession> {
    const session = await this.#signIn(wanted)
    if (session === undefined) throw new vscode.CancellationError()
    return this.#asVscode(session, wanted)
  }

  async removeSession(): Promise<void> {
    await this.#sessions.remove()
    await this.#tellChange()
  }

  dispose(): void {
    vscode.Disposable.from(...this.#parts).dispose()
  }

  /** In place of the session before, with what that one was allowed too. */
  async #signIn(wanted: readonly string[]): Promise<Session | undefined> {
    const before = await this.#sessions.current()
    const held = before?.way.kind === 'browser' ? before.way.grant.scopes : []
    const clientId = await this.#isProvider === false ? '' : configured('oauthClientId').trim()
    const session = await signIn({ endpoint: hubEndpoint(), scopes: [...new Set([...wanted, ...held])], clientId })
    if (session === undefined) return undefined
    await this.#sessions.put(session)
    await this.#tellChange()
    return session
  }

  async #asVscode(session: Session, wanted: readonly string[]): Promise<vscode.AuthenticationSession> {
    const { token } = await this.#sessions.credential(session)
    return { id: session.id, accessToken: token, account: { id: session.account, label: session.account }, scopes: session.way.kind === 'browser' ? session.way.grant.scopes : wanted }
  }

  /** Told also of what another window did. */
  async #tellChange(): Promise<void> {
    const [before, now] = [this.#shown, await this.#sessions.current()]
    this.#shown = now
    if (before?.id === now?.id) return
    const removed = before ? [{ id: before.id, accessToken: '', account: { id: before.account, label: before.account }, scopes: [] }] : []
    // VS Code takes back its offer to sign in for a session of the very scopes that it was made for.
    const added = now ? await this.#asVscode(now, []).then((session) => [{ ...session, scopes: [...scopes.signIn] }], () => []) : []
    this.#changed.fire({ added, removed, changed: [] })
  }

  /** Where another extension has taken this provider's id, VS Code asks that one for accounts, and says so in a log of its own alone. */
  async #askWhetherProvider(): Promise<boolean> {
    const isAsked = await new Promise<boolean>((resolve) => {
      this.#onAsked = () => resolve(true)
      vscode.authentication.getAccounts(providerId).then(() => resolve(false), () => resolve(false))
    })
    if (!isAsked) this.#log.warn('another extension signs in to Hugging Face: Finetune asks for a token itself')
    return isAsked
  }
}

/** VS Code tells it by a message alone when a person does not let the extension sign in. */
function unlessGivenUp(error: Error): undefined {
  if (error instanceof vscode.CancellationError || /^(Cancell?ed|User did not consent)/i.test(error.message)) return undefined
  throw error
}
