/**
 * A Hub of our own for tests: what the real one answers, from repositories in memory or on disk, on 127.0.0.1. Each file in
 * routes/ is one group of routes and cites where their form is from; README.md lists what is not verified.
 *
 * It listens at three origins, as the real one does: the Hub, the storage that its redirects lead to, and the dataset server. That one
 * answers also at the Hub's port, to `datasets-server.` before the Hub's name.
 */
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { accountOf, type Account } from './accounts.ts'
import { addCommit, filesOf, newRepository, storedFile, type Repository, type RepositoryOptions, type RepositoryType, type StoredFile } from './repositories.ts'
import { Refusal, sendJson, type Fault, type Route } from './route.ts'
import { commitRoutes } from './routes/commit.ts'
import { createRoutes } from './routes/create.ts'
import { datasetServerRoutes, type Viewer } from './routes/datasetServer.ts'
import { informationRoutes } from './routes/information.ts'
import { oauthRoutes } from './routes/oauth.ts'
import { parquetRoutes } from './routes/parquet.ts'
import { resolveRoutes } from './routes/resolve.ts'
import { searchRoutes } from './routes/search.ts'
import { storageRoutes } from './routes/storage.ts'
import { treeRoutes } from './routes/tree.ts'
import { uploadRoutes, uploadStorageRoutes } from './routes/upload.ts'
import { whoAmIRoutes } from './routes/whoAmI.ts'

type Origin = 'hub' | 'storage' | 'datasetServer'

/** A request that came in. */
export interface Seen {
  origin: Origin
  method: string
  /** Path with its query. */
  path: string
  authorization: string | undefined
  range: string | undefined
  /** All other headers, as JSON. */
  headers: string
  /** What came with it as text, but for the forms of OAuth. */
  text?: string
  /** What was answered. */
  status?: number
}

const routes: Record<Origin, Route[]> = {
  hub: [...oauthRoutes, ...createRoutes, ...uploadRoutes, ...commitRoutes, ...whoAmIRoutes, ...searchRoutes, ...parquetRoutes, ...informationRoutes, ...treeRoutes, ...resolveRoutes],
  storage: [...storageRoutes, ...uploadStorageRoutes],
  datasetServer: datasetServerRoutes,
}

export class LocalHub {
  readonly repositories: Repository[] = []
  readonly accounts: Account[] = []
  readonly seen: Seen[] = []
  /** Tokens, codes, verifiers and signatures that this Hub has given out or been told: nothing but their holders may keep one. */
  readonly secrets = new Set<string>()
  /** What the dataset server shows, by dataset. */
  readonly viewer = new Map<string, Viewer>()
  /** What the Hub calls its machine: `localhost` is a name that the dataset server's can be made of. */
  hostname: '127.0.0.1' | 'localhost' = '127.0.0.1'
  /** Entries on a page of a tree or a list. The real Hub has 1,000 and more. */
  pageSize = 1000
  /** Asked for each request; what it returns goes wrong with the answer. */
  fault: (seen: Seen) => Fault | undefined = () => undefined
  readonly #servers = new Map<Origin, Server>()

  /** `http://127.0.0.1:…`, for HF_ENDPOINT. */
  get endpoint(): string {
    return this.#url('hub')
  }

  /** Where redirects to large files lead. It has no account of anybody, and refuses requests that carry a token. */
  get storage(): string {
    return this.#url('storage')
  }

  get datasetServer(): string {
    return this.#url('datasetServer')
  }

  async listen(): Promise<this> {
    for (const origin of ['hub', 'storage', 'datasetServer'] as const) {
      const server = createServer((request, response) => void this.#answer(origin, request, response))
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      this.#servers.set(origin, server)
    }
    return this
  }

  async close(): Promise<void> {
    for (const server of this.#servers.values()) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }

  /** Adds a repository whose only commit has these files: a folder on disk, or contents by path. */
  async add(type: RepositoryType, id: string, files: string | Record<string, string | Uint8Array>, options: RepositoryOptions = {}): Promise<Repository> {
    const stored = typeof files === 'string' ? await filesOf(files) : await Promise.all(Object.entries(files).map(([path, content]) => storedFile(path, content)))
    return this.addStored(type, id, stored, options)
  }

  /** As `add`, for files that say of themselves what they are: also names and hashes that are wrong. */
  addStored(type: RepositoryType, id: string, files: readonly StoredFile[], options: RepositoryOptions = {}): Repository {
    const repository = newRepository(type, id, options)
    addCommit(repository, files, { title: 'initial commit' })
    this.repositories.push(repository)
    return repository
  }

  addAccount(name: string, token: string, options: Partial<Account> = {}): Account {
    const account: Account = { name, token, role: 'read', organizations: [], ...options }
    this.accounts.push(account)
    this.secrets.add(token)
    return account
  }

  /** What a link to the storage is signed with. */
  signature(text: string): string {
    const signature = createHmac('sha256', 'storage of the local Hub').update(text).digest('hex')
    this.secrets.add(signature)
    return signature
  }

  #url(origin: Origin): string {
    return `http://${origin === 'hub' ? this.hostname : '127.0.0.1'}:${(this.#servers.get(origin)!.address() as AddressInfo).port}`
  }

  async #answer(listener: Origin, request: IncomingMessage, response: ServerResponse): Promise<void> {
    // `datasets` puts this before the name of the Hub it is pointed at.
    const origin = request.headers.host?.startsWith('datasets-server.') ? 'datasetServer' : listener
    const url = new URL(request.url!, this.#url(origin))
    const { authorization, range, ...others } = request.headers
    const seen: Seen = { origin, method: request.method!, path: request.url!, authorization, range, headers: JSON.stringify(others) }
    this.seen.push(seen)
    response.on('error', () => {})
    response.on('finish', () => { seen.status = response.statusCode })
    try {
      const fault = this.fault(seen)
      if (fault?.cutAfter === 0) return void request.socket.destroy()
      if (fault?.status !== undefined) throw new Refusal(fault.status, `Asked to answer ${fault.status}`, { headers: fault.headers })
      const account = origin === 'storage' ? undefined : accountOf(request.headers.authorization, this.accounts)
      const found = findRoute(routes[origin], request.method!, url.pathname)
      if (found === undefined) throw new Refusal(404, 'Sorry, we can\'t find the page you are looking for.')
      await found.route.handle({ hub: this, seen, request, response, url, parts: found.parts, account, fault })
    } catch (error) {
      if (response.headersSent) return void response.destroy()
      const refusal = error instanceof Refusal ? error : new Refusal(500, `The local Hub failed: ${(error as Error).stack}`)
      sendJson(response, { error: refusal.message }, { status: refusal.status, headers: printableHeaders(refusal.headers) })
    }
  }
}

/** A started Hub without repositories. */
export function startHub(): Promise<LocalHub> {
  return new LocalHub().listen()
}

function findRoute(candidates: readonly Route[], method: string, path: string): { route: Route, parts: string[] } | undefined {
  for (const route of candidates) {
    const match = route.method === method ? route.path.exec(path) : null
    if (match !== null) return { route, parts: match.slice(1).map((part) => decodeURIComponent(part ?? '')) }
  }
  return undefined
}

function printableHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace(/[^\x20-\x7e]+/g, ' ')]))
}
