/** A run that is to go to the Hub when it is finished. */
import { setTimeout } from 'node:timers/promises'
import { suggestedName } from './publication.ts'
import { hubEndpoint } from '../hub/endpoint.ts'
import { UserError } from '../protocol/errors.ts'
import type { Settings } from '../protocol/settings.ts'
import type { PublishAnswer, PublishOrder, PublishProgress } from '../protocol/trainerCommands.ts'
import { writePublishRecord } from '../runs/publishRecord.ts'
import { publish } from './publish.ts'

/** Milliseconds that a window has to take its answer. */
const longestAnswer = 10_000

/** What settings ask for: a private repository of the run folder's name, unless they say otherwise. */
export function wantedRepository({ hub_model_id, hub_private_repo, output_dir }: Settings): { repository: string, private: boolean } {
  return { repository: hub_model_id ?? suggestedName(output_dir), private: hub_private_repo ?? true }
}

/** Puts it on record, without any secret, so that it can be done later. @param reason why it is not done yet */
export function recordPending(folder: string, settings: Settings, reason: string): Promise<void> {
  return writePublishRecord(folder, { format: 1, state: 'pending', endpoint: hubEndpoint(), ...wantedRepository(settings), reason })
}

/** Who sent an order. */
export interface Orderer {
  /** Resolves when its connection ends: it has its answer then. */
  closed: Promise<void>
  /** Aborts when it gives the publishing up, for all who wait for it. */
  givenUp: AbortSignal
  onProgress(done: PublishProgress): void
}

interface Work {
  answer: Promise<PublishAnswer>
  stop: AbortController
  orderers: Orderer[]
}

/**
 * The end of a trainer's run that is to be published: it waits for a window to hand it an account, which it keeps in memory for this
 * once. Where nobody does, it stays on record for the next start.
 */
export class PublishingAtEnd {
  readonly #settings: Settings
  readonly #signal: AbortSignal
  /** The folder, once it is on record that it waits. */
  #waiting: Promise<string> | undefined
  #work: Work | undefined
  #closed: Promise<void> | undefined
  #begun = () => {}
  readonly #ordered = new Promise<void>((resolve) => { this.#begun = resolve })

  constructor(settings: Settings, signal: AbortSignal) {
    this.#settings = settings
    this.#signal = signal
  }

  /** A window's order. Two windows have it done once. */
  order(order: PublishOrder, orderer: Orderer): Promise<PublishAnswer> {
    if (this.#waiting === undefined) return Promise.resolve(answerOf(new UserError('publish.unfinished', { folder: this.#settings.output_dir })))
    const { answer, stop, orderers } = this.#work ??= this.#begin(this.#waiting, order)
    orderers.push(orderer)
    orderer.givenUp.addEventListener('abort', () => stop.abort(), { once: true })
    this.#closed = orderer.closed
    this.#begun()
    return answer
  }

  /** Waits for an order for so long, and until one that came is done. @returns where the model is then */
  async wait(folder: string, milliseconds: number): Promise<string | undefined> {
    this.#waiting = recordPending(folder, this.#settings, 'no account was given').then(() => folder)
    await this.#waiting
    const given = new AbortController()
    this.#signal.addEventListener('abort', () => given.abort(), { once: true })
    await Promise.race([this.#ordered, setTimeout(milliseconds, undefined, { signal: given.signal }).catch(() => {})])
    given.abort()
    const answer = await this.#work?.answer
    await Promise.race([this.#closed, setTimeout(longestAnswer, undefined, { ref: false })])
    return answer && 'url' in answer ? answer.url : undefined
  }

  #begin(waiting: Promise<string>, credential: PublishOrder): Work {
    const stop = new AbortController()
    const orderers: Orderer[] = []
    const signal = AbortSignal.any([this.#signal, stop.signal])
    const onProgress = (share: number, path: string) => orderers.forEach((each) => each.onProgress({ share, path }))
    const published = waiting.then((folder) => publish(folder, credential, { ...wantedRepository(this.#settings), signal, onProgress }))
    const answer = published.then(({ url }) => ({ url }), (error: unknown) => {
      this.#work = undefined
      if (signal.aborted) return answerOf(new UserError('publish.stopped', {}))
      if (error instanceof UserError) return answerOf(error)
      throw error
    })
    return { answer, stop, orderers }
  }
}

function answerOf({ code, args }: UserError): PublishAnswer {
  return { code, args }
}
