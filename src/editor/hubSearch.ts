/** Search on the Hub while a person types in a form: the latest words win. */
import * as vscode from 'vscode'
import type { FromPanel, ToPanel } from '../protocol/panelMessages.ts'
import { searchRequest } from '../protocol/workerRequests.ts'
import { errorText } from './errorText.ts'
import type { HubAccount } from './hubAccount.ts'
import type { WorkerClient } from './workerClient.ts'

export class HubSearch implements vscode.Disposable {
  readonly #worker: WorkerClient
  readonly #account: HubAccount
  readonly #send: (message: ToPanel) => void
  #latest: vscode.CancellationTokenSource | undefined

  constructor(worker: WorkerClient, account: HubAccount, send: (message: ToPanel) => void) {
    this.#worker = worker
    this.#account = account
    this.#send = send
  }

  /** Answers with what was found, or why nothing can be; not at all where it was asked for something else meanwhile. */
  async find({ kind, request, words }: Extract<FromPanel, { type: 'search' }>): Promise<void> {
    this.dispose()
    const stop = this.#latest = new vscode.CancellationTokenSource()
    try {
      const token = await this.#account.readingToken() ?? null
      if (stop.token.isCancellationRequested) return
      const repositories = await this.#worker.request(searchRequest, { type: kind === 'data' ? 'dataset' : 'model', words, token }, { token: stop.token })
      if (repositories !== null && !stop.token.isCancellationRequested) this.#send({ type: 'found', kind, request, repositories })
    } catch (error) {
      if (!stop.token.isCancellationRequested) this.#send({ type: 'found', kind, request, repositories: [], problem: errorText(error) })
    }
  }

  dispose(): void {
    this.#latest?.cancel()
    this.#latest?.dispose()
    this.#latest = undefined
  }
}
