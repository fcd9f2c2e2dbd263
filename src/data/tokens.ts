/** The token ids of a run's texts, made by one worker thread while the training goes on. */
import { Worker } from 'node:worker_threads'
import { UserError } from '../protocol/errors.ts'
import { packageFile } from '../protocol/packageRoot.ts'
import type { Tokenizer } from './tokenizer.ts'
import { TokenQueue } from './tokenQueue.ts'
import { TokenStore, type TokenStats } from './tokenStore.ts'
import type { TokenAnswer, TokenJob, TokenWorkerData } from './tokenWorker.ts'

/** Jobs that lie with the worker: the next is there when one is done, and what is asked for now need not wait long. */
const MOST_JOBS = 2

export interface TokenStreamOptions {
  tokenizer: Tokenizer
  texts: readonly string[]
  /** Each row (an index into `texts`) once, in the order in which they will probably be asked for: that of the first epoch. */
  order: Int32Array
}

/** Tokenises each row once, some way ahead of what is asked for, and keeps the ids for later epochs. The worker ends with its work. */
export class TokenStream {
  readonly #texts: readonly string[]
  readonly #queue: TokenQueue
  readonly #store: TokenStore
  #worker: Worker | undefined
  #ended: Promise<unknown> | undefined
  #jobs = 0
  #failure: Error | undefined
  #waiting: (() => void)[] = []

  constructor({ tokenizer: { folder, limits }, texts, order }: TokenStreamOptions) {
    this.#texts = texts
    this.#queue = new TokenQueue(texts, order)
    this.#store = new TokenStore(texts.length)
    const worker = new Worker(packageFile('dist', 'tokenWorker.js'), { workerData: { folder, limits } satisfies TokenWorkerData, execArgv: [] })
    worker.on('message', (answer: TokenAnswer) => this.#receive(answer))
    worker.on('error', (error) => this.#fail(error as Error))
    worker.on('exit', (code) => this.#fail(new Error(`the tokenizer's thread ended with code ${code}`)))
    worker.unref() // keeps the process alive only while someone waits
    this.#worker = worker
    this.#send()
  }

  /**
   * The token ids of rows, in the order asked for: views into what is kept, not to be written to.
   * @throws UserError for what is wrong with the tokenizer; an Error when the worker failed or the stream was closed
   */
  async rows(rows: ArrayLike<number>): Promise<Int32Array[]> {
    this.#queue.ask(rows)
    this.#send()
    const wanted = Array.from(rows)
    while (!wanted.every((row) => this.#store.has(row))) {
      if (this.#failure) throw this.#failure
      this.#worker?.ref()
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    return wanted.map((row) => this.#store.get(row))
  }

  stats(): TokenStats {
    return this.#store.stats()
  }

  /** Ends the worker, whatever it is doing; who waits for rows gets an error. */
  async close(): Promise<void> {
    this.#fail(new Error('the token stream was closed'))
    await this.#ended
  }

  #send(): void {
    while (this.#worker && this.#jobs < MOST_JOBS) {
      const rows = this.#queue.take()
      if (rows.length === 0) break
      this.#worker.postMessage({ rows, texts: rows.map((row) => this.#texts[row]) } satisfies TokenJob)
      this.#jobs++
    }
    if (this.#jobs === 0 && this.#queue.isEmpty) this.#endWorker()
  }

  #receive(answer: TokenAnswer): void {
    if ('mistake' in answer) return this.#fail(new UserError(answer.mistake.code, answer.mistake.args))
    this.#jobs--
    this.#store.add(answer.chunk)
    this.#send()
    this.#wake()
  }

  /** The first failure stays; after the worker has ended with its work, none matters. */
  #fail(failure: Error): void {
    if (!this.#worker) return
    this.#failure = failure
    this.#endWorker()
    this.#wake()
  }

  #endWorker(): void {
    this.#ended ??= this.#worker?.terminate()
    this.#worker = undefined
  }

  #wake(): void {
    this.#worker?.unref()
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
