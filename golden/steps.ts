/** Training steps in a reference's wake: loss, gradient norm and learning rate of each. */
import { z } from 'zod'
import { learningRateAt, type Schedule } from '../src/optim/schedule.ts'
import type { Example } from '../src/trainer/stepInputs.ts'
import { Largest, type Check } from './check.ts'
import type { Model } from './model.ts'

export const referenceStep = z.object({
  loss: z.number(),
  grad_norm: z.number(),
  learning_rate: z.number(),
  micro_losses: z.array(z.number()).min(1).optional(),
  micro_rows: z.array(z.int().positive()).min(1).optional(),
})
export type ReferenceStep = z.output<typeof referenceStep>

export interface StepTolerances {
  loss: number
  /** Relative; without one the norm is only shown. */
  gradNorm: number | undefined
}

/** Learning rates are computed, not measured: what float32 would round away is no difference. */
const rateTolerance = 2 ** -24

/** Holds each step against the reference's. */
export class StepChecks {
  readonly #tolerances: StepTolerances
  readonly #loss: Largest
  readonly #gradNorm: Largest
  readonly #rate: Largest

  /** @param run what the quantities are called after */
  constructor(run: string, tolerances: StepTolerances) {
    this.#tolerances = tolerances
    this.#loss = new Largest(`${run}loss`)
    this.#gradNorm = new Largest(`${run}gradient norm, relative`)
    this.#rate = new Largest(`${run}learning rate, relative`)
  }

  /** Makes `step` (from 1) and compares it. */
  async make(model: Model, micro: readonly (readonly Example[])[], step: number, schedule: Schedule, theirs: ReferenceStep): Promise<void> {
    const learningRate = learningRateAt(step - 1, schedule)
    const { loss, gradNorm } = await model.engine.step(micro, { step, learningRate })
    const where = `step ${step}`
    this.#loss.add(Math.abs(loss - theirs.loss), this.#tolerances.loss, where)
    this.#gradNorm.add(relative(gradNorm, theirs.grad_norm), this.#tolerances.gradNorm, where)
    this.#rate.add(relative(learningRate, theirs.learning_rate), rateTolerance, where)
  }

  get checks(): Check[] {
    return [this.#loss, this.#gradNorm, this.#rate].flatMap(({ checks }) => checks)
  }
}

function relative(ours: number, theirs: number): number {
  return ours === theirs ? 0 : Math.abs(ours - theirs) / Math.abs(theirs)
}
