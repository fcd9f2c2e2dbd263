/** A process that serves this window: forked when first needed, let go when nobody asked anything for a while. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import * as vscode from 'vscode'
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node'
import type { MessageConnection, ProgressType, RequestType } from 'vscode-jsonrpc/node'
import { childEnvironment } from '../protocol/childEnvironment.ts'
import type { Mistake } from '../protocol/workerRequests.ts'
import type { Log } from './log.ts'
import { usableNode } from './node.ts'
import { proxyVariables } from './proxy.ts'

/** A loaded model takes hundreds of megabytes: it is not kept for a person who went on to something else. */
const idleMilliseconds = 10 * 60_000

export interface RequestOptions<Progress> {
  /** Cancels the request: what that means is the request's to say. */
  token?: vscode.CancellationToken
  progress?: { type: ProgressType<Progress>, on(value: Progress): void }
}

interface Worker {
  node: string
  process: ChildProcess
  connection: MessageConnection
  /** How it ended, where nobody here ended it. */
  end?: string
}

export class WorkerClient implements vscode.Disposable {
  readonly #program: string
  readonly #log: Log
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  #pending = 0
  #requests = 0

  /** @param program such as `dist/worker.js` */
  constructor(program: string, log: Log) {
    this.#program = program
    this.#log = log
  }

  /** @throws Error where there is no Node for the process, or where it dies; ResponseError what it answered with */
  async request<Params, Result, Progress = never>(type: RequestType<Params, Result, Mistake>, params: Params, { token, progress }: RequestOptions<Progress> = {}): Promise<Result> {
    clearTimeout(this.#idle)
    this.#pending++
    let listening: vscode.Disposable | undefined
    let worker: Worker | undefined
    try {
      worker = this.#running(await usableNode())
      const { connection } = worker
      const id = ++this.#requests
      listening = progress && connection.onProgress(progress.type, id, progress.on)
      return await connection.sendRequest<Result>(type.method, progress ? { ...params, progress: id } : params, token)
    } catch (error) {
      if (worker?.end === undefined) throw error
      throw new Error(vscode.l10n.t('A process of Finetune ended unexpectedly ({0}): try again, it starts anew. What it said is in the log of Finetune.', worker.end))
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

  #running(node: string): Worker {
    if (this.#worker?.node !== node) this.dispose()
    return this.#worker ??= this.#start(node)
  }

  #start(node: string): Worker {
    const worker = fork(this.#program, [], { execPath: node, execArgv: [], env: { ...childEnvironment(), ...proxyVariables(), ELECTRON_RUN_AS_NODE: '1' }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    worker.stdout?.on('data', (said) => this.#log.info(String(said)))
    worker.stderr?.on('data', (said) => this.#log.warn(String(said)))
    const connection = createMessageConnection(new IPCMessageReader(worker), new IPCMessageWriter(worker))
    const started: Worker = { node, process: worker, connection }
    const ended = (how: string) => {
      if (this.#worker !== started) return
      this.#log.warn(`the worker ended (${how})`)
      this.#worker = undefined
      started.end = how
      connection.dispose()
    }
    worker.on('exit', (code, signal) => ended(String(signal ?? code)))
    // It could not be started, or written to.
    worker.on('error', (error: NodeJS.ErrnoException) => ended(error.code ?? error.message))
    connection.listen()
    return started
  }
}
