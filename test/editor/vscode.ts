/** As much of the editor as our parts ask of it, for tests without one: `vi.mock('vscode', () => import('./vscode.ts'))`. */
import { fill } from '../../src/protocol/errors.ts'

export const l10n = {
  t: (text: string, ...values: (string | number)[]) => values.length === 0 ? text : fill(text, Object.fromEntries(values.map((value, index) => [String(index), value]))),
}
export const env = { language: 'en' }
export const workspace = {
  isTrusted: true,
  workspaceFolders: undefined as unknown,
  getConfiguration: () => ({ get: (_name: string, standard: unknown) => standard }),
  asRelativePath: (path: string) => path,
  onDidChangeWorkspaceFolders: () => ({ dispose() {} }),
  onDidGrantWorkspaceTrust: (_listener: () => void) => ({ dispose() {} }),
  onDidChangeTextDocument: (_listener: (event: unknown) => void) => ({ dispose() {} }),
}
export const ProgressLocation = { Window: 10 }
export const window: Record<string, unknown> = {}
export const Uri = { joinPath: (...parts: string[]) => ({ fsPath: parts.join('/'), toString: () => parts.join('/') }), file: (fsPath: string) => ({ fsPath }) }
export const ViewColumn = { Active: -1 }
export const DecorationRangeBehavior = { ClosedClosed: 1 }
export class ThemeColor {}

export class Disposable {
  readonly dispose: () => void

  constructor(dispose: () => void) {
    this.dispose = dispose
  }

  static from(...parts: { dispose(): void }[]): Disposable {
    return new Disposable(() => parts.forEach((part) => part.dispose()))
  }
}

export class EventEmitter<T> {
  readonly #listeners = new Set<(value: T) => void>()

  readonly event = (listener: (value: T) => void): Disposable => {
    this.#listeners.add(listener)
    return new Disposable(() => this.#listeners.delete(listener))
  }

  fire(value: T): void {
    for (const listener of [...this.#listeners]) listener(value)
  }

  dispose(): void {
    this.#listeners.clear()
  }
}

/** What a panel takes, refusing all of it once it is closed, as the editor's own does. */
export class Panel {
  readonly sent: unknown[] = []
  readonly #closed = new EventEmitter<void>()
  readonly #received = new EventEmitter<unknown>()
  #isClosed = false
  readonly onDidDispose = this.#closed.event
  readonly webview = {
    options: {}, html: '', cspSource: '',
    asWebviewUri: (uri: unknown) => uri,
    onDidReceiveMessage: (listener: (message: unknown) => Promise<void>) => this.#received.event((message) => { this.answered = listener(message) }),
    postMessage: async (message: unknown) => void this.sent.push(this.#open(message)),
  }
  /** Settles when the message that was received last is answered. */
  answered: Promise<void> = Promise.resolve()

  set title(title: string) {
    this.#open(title)
  }

  receive(message: unknown): Promise<void> {
    this.#received.fire(message)
    return this.answered
  }

  dispose(): void {
    this.#isClosed = true
    this.#closed.fire()
  }

  #open<Value>(value: Value): Value {
    if (this.#isClosed) throw new Error('Webview is disposed')
    return value
  }
}

export class Range {
  readonly start: number
  readonly end: number

  constructor(start: number, end: number) {
    this.start = start
    this.end = end
  }
}

/** Keeps apart what is text and what is Markdown. */
export class MarkdownString {
  readonly parts: { text: string, isMarkdown: boolean }[] = []

  appendText(text: string): void {
    this.parts.push({ text, isMarkdown: false })
  }

  appendMarkdown(text: string): void {
    this.parts.push({ text, isMarkdown: true })
  }
}
