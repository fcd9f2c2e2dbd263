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
  #most = Infinity

  constructor(say: (fit: Fit) => void) {
    this.#say = say
  }

  /**
   * What `run` makes of an effective batch; it is called again with smaller micro-batches where memory did not suffice, so nothing of
   * what it did before may count.
   * @throws UserError where not even a single row fits
   */
  async run<Row, Result>(micro: readonly (readonly Row[])[], run: (micro: readonly (readonly Row[])[]) => Promise<Result>): Promise<Result> {
    const fitting = micro.flatMap((rows) => inParts(rows, this.#most))
    try {
      return await run(fitting)
    } catch (error) {
      if (!isOutOfMemory(error)) throw error
      const largest = Math.max(...fitting.map((rows) => rows.length))
      if (largest === 1) throw new UserError('train.out-of-memory', {})
      this.#most = Math.ceil(largest / 2)
    }
    const count = micro.flatMap((rows) => inParts(rows, this.#most)).length
    this.#say({ rows: this.#most, count, effective: micro.flat().length })
    return await this.run(micro, run)
  }
}

function inParts<Row>(rows: readonly Row[], size: number): (readonly Row[])[] {
  if (rows.length <= size) return [rows]
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size))
}
