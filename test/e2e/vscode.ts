/** A real VS Code (code-server) with the packed extension in it, for one person of its own, and Chromium for its windows. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { inject, vi } from 'vitest'
import { startNamesProxy } from '../hub/namesProxy.ts'
import type { NamesProxy } from '../hub/namesProxy.ts'
import { canaryDrawn } from './canaryRow.ts'
import { Connection } from './connection.ts'
import { killAll } from './processes.ts'
import { untilReady } from './window.ts'

const settings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'window.dialogStyle': 'custom',
  'files.simpleDialog.enable': true,
}

/** How long what a person waits for may take, in milliseconds, on a machine that has other work too. */
const patience = 120_000

/** Names lead nowhere, whatever asks. */
const browserFlags = ['--no-sandbox', '--disable-dev-shm-usage', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1']

export interface VsCodeOptions {
  /** Files of the workspace: name and content. */
  files?: Record<string, string>
  /** Name of the colour theme. */
  theme?: string
  /** More of the person's settings. */
  settings?: Record<string, unknown>
  /** `false`: a person is asked whether the workspace is trusted, as on a desktop. */
  isTrusted?: boolean
  /** Folder of the installed extensions, where it is not that of the packed one. */
  extensions?: string
  /** Files that VS Code keeps for the person: name and content. */
  userData?: Record<string, string>
  /** More variables of the server's environment. */
  env?: Record<string, string | undefined>
  /** More flags of code-server. */
  flags?: readonly string[]
}

export class VsCode {
  /** Of the person; its data, logs and runs are in it. */
  readonly home = mkdtempSync(join(tmpdir(), 'finetune-vscode-'))
  /** The person's name, as programs are told it. */
  readonly user = 'canary-user-of-vscode'
  /** The folder that is open. */
  readonly workspace = join(this.home, 'workspace')
  /** The environment of all that the person starts: without the Hub, unless a journey brings one of its own. */
  readonly env: NodeJS.ProcessEnv
  /** Hosts other than this machine that a window, or a process of the person's, asked for; none was reached. */
  readonly foreignRequests: string[]
  /** What windows said in dialogs of the browser's own. */
  readonly dialogs: string[] = []
  /** What VS Code drew itself of the canary. */
  readonly canaryDrawn: string[] = []
  /** What pages of webviews and their host said to each other, state that is kept included, as JSON. */
  readonly webviewMessages: string[] = []
  readonly #proxy: NamesProxy
  readonly #server: ChildProcess
  /** The server's: a port that is free now could be taken before the server has it. */
  readonly #socket = join(this.home, 'server.sock')
  #browser!: Browser
  #context!: BrowserContext
  #connection!: Connection

  /** Starts the server; `openWindow` opens windows. */
  static async start(options: VsCodeOptions = {}): Promise<VsCode> {
    const vscode = new VsCode(await startNamesProxy(), options)
    try {
      await vscode.#connect()
    } catch (error) {
      await vscode.close()
      throw error
    }
    return vscode
  }

  private constructor(proxy: NamesProxy, { files = {}, theme = 'Default Dark Modern', settings: more = {}, isTrusted = true, extensions = inject('extensions'), userData: kept = {}, env, flags = [] }: VsCodeOptions) {
    this.#proxy = proxy
    this.foreignRequests = proxy.refused
    const { home, workspace, user } = this
    const userData = join(home, 'user-data')
    for (const folder of [workspace, join(userData, 'User'), join(userData, 'Machine')]) mkdirSync(folder, { recursive: true })
    for (const [name, content] of Object.entries(files)) writeFileSync(join(workspace, name), content)
    writeFileSync(join(userData, 'User/settings.json'), JSON.stringify({ ...settings, 'workbench.colorTheme': theme, ...more }))
    for (const [name, content] of Object.entries(kept)) writeFileSync(join(userData, name), content)
    writeFileSync(join(home, 'config.yaml'), '')
    this.env = {
      ...process.env, ...proxy.variables, HOME: home, USER: user, LOGNAME: user, XDG_CONFIG_HOME: join(home, '.config'), XDG_DATA_HOME: join(home, '.local/share'),
      XDG_CACHE_HOME: join(home, '.cache'), XDG_STATE_HOME: join(home, '.local/state'), ...env ?? { HF_HUB_OFFLINE: '1' },
    }
    const log = openSync(join(home, 'server.log'), 'a')
    this.#server = spawn(inject('node'), [
      inject('codeServer'), '--config', join(home, 'config.yaml'), '--user-data-dir', userData, '--extensions-dir', extensions,
      '--auth', 'none', '--socket', this.#socket, '--disable-telemetry', '--disable-update-check', '--disable-getting-started-override',
      ...isTrusted ? ['--disable-workspace-trust'] : [], ...flags, workspace,
    ], { env: this.env, stdio: ['ignore', log, log], detached: true })
  }

  /** Address of the workbench on a folder. */
  address(folder = this.workspace): string {
    return `http://127.0.0.1:${this.#connection.port}/?folder=${encodeURIComponent(folder)}`
  }

  /** The line between the windows and the server. */
  get connection(): Connection {
    return this.#connection
  }

  /** Another window, on the workspace or another folder, ready to be used. */
  async openWindow(folder?: string): Promise<Page> {
    const page = await this.openPage()
    await page.goto(this.address(folder))
    await untilReady(page)
    return page
  }

  /** An empty page that reaches this machine only. */
  async openPage(): Promise<Page> {
    const page = await this.#context.newPage()
    page.on('dialog', (dialog) => {
      this.dialogs.push(dialog.message())
      void dialog.dismiss()
    })
    return page
  }

  get windows(): Page[] {
    return this.#context?.pages() ?? []
  }

  /** Stops, and keeps what can tell why a journey failed: pictures, trace, logs. */
  async keepEvidence(folder: string): Promise<void> {
    mkdirSync(folder, { recursive: true })
    for (const [index, page] of this.windows.entries()) await page.screenshot({ path: join(folder, `window-${index + 1}.png`), timeout: 10_000 }).catch(() => {})
    await this.#context?.tracing.stop({ path: join(folder, 'trace.zip') }).catch(() => {})
    await this.stop()
    const logs = ['server.log', 'user-data/logs', '.local/share/finetune'].filter((name) => existsSync(join(this.home, name)))
    for (const name of logs) cpSync(join(this.home, name), join(folder, name), { recursive: true, filter: (path) => !lstatSync(path).isSocket() })
  }

  /** Ends windows, server and everything the person started: nothing is written any more. */
  async stop(): Promise<void> {
    await this.#browser?.close()
    this.#connection?.cut()
    await killAll(this.home)
    this.#proxy.close()
  }

  /** As `stop`, and nothing is left of the person. */
  async close(): Promise<void> {
    await this.stop()
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 })
  }

  async #untilServed(): Promise<void> {
    const log = () => readFileSync(join(this.home, 'server.log'), 'utf8')
    await vi.waitFor(async () => {
      if (this.#server.exitCode !== null) throw new Error(`code-server ended: ${log()}`)
      // A request that comes while the server begins may get no answer at all: it is asked again.
      const isReady = await fetch(`http://127.0.0.1:${this.#connection.port}/healthz`, { signal: AbortSignal.timeout(5000) }).then(({ ok }) => ok, () => false)
      if (!isReady) throw new Error(`code-server is not ready: ${log()}`)
    }, { timeout: patience, interval: 50 })
  }

  async #connect(): Promise<void> {
    this.#connection = await Connection.to(this.#socket)
    await this.#untilServed()
    this.#browser = await chromium.launch({ executablePath: inject('chromium'), args: browserFlags })
    this.#context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 } })
    this.#context.setDefaultTimeout(patience)
    await this.#context.tracing.start({ snapshots: true })
    await this.#context.exposeBinding('heardInWebview', (_, message: string) => this.webviewMessages.push(message))
    await this.#context.exposeBinding('sawCanary', (_, html: string) => this.canaryDrawn.push(html))
    await this.#context.addInitScript((drawn) => {
      if (window.parent !== window) return
      const within = (node: Node) => node instanceof Element ? [...node.matches(drawn) ? [node] : [], ...Array.from(node.querySelectorAll(drawn))] : []
      new MutationObserver((changes) => {
        const found = changes.flatMap(({ type, target, addedNodes }) => {
          if (type === 'childList') return Array.from(addedNodes).flatMap(within)
          return (target as Element).matches(drawn) ? [target] : []
        })
        const write = new XMLSerializer()
        for (const node of found) void (window as unknown as { sawCanary(html: string): void }).sawCanary(write.serializeToString(node))
      }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['class', 'href'] })
    }, canaryDrawn)
    await this.#context.addInitScript(() => {
      if (window.parent === window) return
      const hear = (message: unknown) => void (window as unknown as { heardInWebview(message: string): void }).heardInWebview(JSON.stringify(message))
      // What the page hears: VS Code writes it into its frame, and open() takes away who listened there before.
      const { open } = Document.prototype
      Document.prototype.open = function (...words: []) {
        const opened = Reflect.apply(open, this, words)
        window.addEventListener('message', ({ data }) => hear(data))
        return opened
      }
      // What the page says: by a function of the frame around it.
      let toHost: (...words: unknown[]) => void
      Object.defineProperty(window, '__vscode_post_message__', {
        get: () => (channel: string, data: unknown) => {
          hear(data)
          toHost(channel, data)
        },
        set: (given: typeof toHost) => { toHost = given },
      })
    })
    await this.#context.route('**/*', (route) => {
      const { hostname } = new URL(route.request().url())
      // A webview's files have a name of this kind, which its own service worker answers.
      if (hostname === '127.0.0.1' || hostname.endsWith('.vscode-resource.vscode-cdn.net')) return route.continue()
      this.foreignRequests.push(hostname)
      return route.abort()
    })
  }
}
