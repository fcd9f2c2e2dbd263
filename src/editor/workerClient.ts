/** A process that serves this window: forked when first needed, let go when nobody asked anything for a while. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type * as vscode from 'vscode'
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node'
import type { MessageConnection, ProgressType, RequestType } from 'vscode-jsonrpc/node'
import { childEnvironment } from '../protocol/childEnvironment.ts'
import type { Mistake } from '../protocol/workerRequests.ts'
import { usableNode } from './node.ts'
import { proxyVariables } from './proxy.ts'

/** A loaded model takes hundreds of megabytes: it is not kept for a person who went on to something else. */
const idleMilliseconds = 10 * 60_000

export interface RequestOptions<Progress> {
  /** Cancels the request: what that means is the request's to say. */
  token?: vscode.CancellationToken
  progress?: { type: ProgressType<Progress>, on(value: Progress): void }
}

export class WorkerClient implements vscode.Disposable {
  readonly #program: string
  readonly #log: vscode.LogOutputChannel
  #worker: { node: string, process: ChildProcess, connection: MessageConnection } | undefined
  #idle: NodeJS.Timeout | undefined
  #pending = 0
  #requests = 0

  /** @param program such as `dist/worker.js` */
  constructor(program: string, log: vscode.LogOutputChannel) {
    this.#program = program
    this.#log = log
  }

  /** @throws Error where there is no Node for the process, ResponseError what it answered with */
  async request<Params, Result, Progress = never>(type: RequestType<Params, Result, Mistake>, params: Params, { token, progress }: RequestOptions<Progress> = {}): Promise<Result> {
    clearTimeout(this.#idle)
    this.#pending++
    let listening: vscode.Disposable | undefined
    try {
      const connection = this.#connection(await usableNode())
      const id = ++this.#requests
      listening = progress && connection.onProgress(progress.type, id, progress.on)
      return await connection.sendRequest<Result>(type.method, progress ? { ...params, progress: id } : params, token)
    } finally {
      listening?.dispose()
      if (--this.#pending === 0) this.#idle = setTimeout(() => this.dispose(), idleMilliseconds)
    }
  }

  dispose(): void {
    clearTimeout(this.#idle)
    this.#worker?.connection.dispose()
    this.#worker?.process.kill() // it may be too busy to see that nobody listens any more
    this.#worker = undefined
  }

  #connection(node: string): MessageConnection {
    if (this.#worker?.node !== node) this.dispose()
    this.#worker ??= this.#start(node)
    return this.#worker.connection
  }

  #start(node: string): { node: string, process: ChildProcess, connection: MessageConnection } {
    const worker = fork(this.#program, [], { execPath: node, execArgv: [], env: { ...childEnvironment(), ...proxyVariables(), ELECTRON_RUN_AS_NODE: '1' }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    worker.stdout?.on('data', (said) => this.#log.info(String(said).trimEnd()))
    worker.stderr?.on('data', (said) => this.#log.warn(String(said).trimEnd()))
    const connection = createMessageConnection(new IPCMessageReader(worker), new IPCMessageWriter(worker))
    worker.on('exit', (code, signal) => {
      if (this.#worker?.process !== worker) return
      this.#log.warn(`the worker ended (${signal ?? code})`)
      this.#worker = undefined
      connection.dispose()
    })
    connection.listen()
    return { node, process: worker, connection }
  }
}
