import { UserError } from '../protocol/errors.ts'
import { isOutOfMemory } from '../runtime/outOfMemory.ts'

/** What fits from now on. */
export interface Fit {
  /** In a micro-batch, at most. */
  rows: number
  /** Micro-batches of this effective batch. */
  count: number
  /** Rows of the effective batch. */
  effective: number
}

/**
 * Micro-batches that fit a device's memory: where one does not, all are halved from then on, and so there are twice as many of them.
 * The effective batch, and with it what is learnt, stays.
 */
export class FittingBatches {
  readonly #say: (fit: Fit) => void
  readonly #makeRoom: () => Promise<void> | void
  #most = Infinity

  /** @param makeRoom called after memory did not suffice, before the smaller batches are tried */
  constructor(say: (fit: Fit) => void, makeRoom: () => Promise<void> | void = () => {}) {
    this.#say = say
    this.#makeRoom = makeRoom
  }

  /** These micro-batches, as small as they are to be by now. */
  parts<Row>(micro: readonly (readonly Row[])[]): (readonly Row[])[] {
    return micro.flatMap((rows) => inParts(rows, this.#most))
  }

  /**
   * What `run` makes of an effective batch; it is called again with smaller micro-batches where memory did not suffice, so nothing of
   * what it did before may count.
   * @throws UserError where not even a single row fits
   */
  async run<Row, Result>(micro: readonly (readonly Row[])[], run: (micro: readonly (readonly Row[])[]) => Promise<Result>): Promise<Result> {
    const fitting = this.parts(micro)
    try {
      return await run(fitting)
    } catch (error) {
      if (!isOutOfMemory(error)) throw error
      const largest = Math.max(...fitting.map((rows) => rows.length))
      if (largest === 1) throw new UserError('train.out-of-memory', {})
      this.#most = Math.ceil(largest / 2)
    }
    this.#say({ rows: this.#most, count: this.parts(micro).length, effective: micro.flat().length })
    await this.#makeRoom()
    return await this.run(micro, run)
  }
}

function inParts<Row>(rows: readonly Row[], size: number): (readonly Row[])[] {
  if (rows.length <= size) return [rows]
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size))
}
