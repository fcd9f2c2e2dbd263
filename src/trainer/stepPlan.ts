/** What falls due after which step: Trainer's flow (transformers 5, DefaultFlowCallback). */
import { stepsOf, type Settings } from '../protocol/settings.ts'
import { epochAt, planSteps, type Schedule, type StepPlan } from '../optim/schedule.ts'

export interface Due {
  log: boolean
  evaluate: boolean
  save: boolean
}

type Strategy = Settings['eval_strategy']

export class Plan {
  readonly steps: StepPlan
  readonly schedule: Schedule
  /** Whole steps between logging, evaluating, saving. */
  readonly intervals: { logging_steps: number; eval_steps: number; save_steps: number }
  readonly #settings: Settings

  constructor(rows: number, settings: Settings) {
    this.#settings = settings
    this.steps = planSteps(rows, settings)
    const whole = (value: number) => stepsOf(value, this.steps.maxSteps)
    this.schedule = {
      learning_rate: settings.learning_rate,
      lr_scheduler_type: settings.lr_scheduler_type,
      warmup_steps: whole(settings.warmup_steps),
      max_steps: this.steps.maxSteps,
    }
    this.intervals = { logging_steps: whole(settings.logging_steps), eval_steps: whole(settings.eval_steps), save_steps: whole(settings.save_steps) }
  }

  epochAt(step: number): number {
    return epochAt(step, this.steps)
  }

  /** The epoch, from 0, that a step (from 1) belongs to, and its place in it, from 0. */
  placeOf(step: number): { epoch: number; index: number } {
    const { stepsPerEpoch } = this.steps
    return { epoch: Math.floor((step - 1) / stepsPerEpoch), index: (step - 1) % stepsPerEpoch }
  }

  /** After `step` steps. The last step ends its epoch, whole or not; a run that saves by steps saves at its end. */
  due(step: number): Due {
    const { logging_strategy, eval_strategy, save_strategy } = this.#settings
    const last = step === this.steps.maxSteps
    const epochEnds = last || step % this.steps.stepsPerEpoch === 0
    const falls = (strategy: Strategy, every: number) => (strategy === 'epoch' && epochEnds) || (strategy === 'steps' && step % every === 0)
    return {
      log: falls(logging_strategy, this.intervals.logging_steps),
      evaluate: falls(eval_strategy, this.intervals.eval_steps),
      save: last || falls(save_strategy, this.intervals.save_steps),
    }
  }

  /** How many evaluations are still to come. */
  evaluationsAfter(step: number): number {
    const { eval_strategy } = this.#settings
    const { maxSteps, stepsPerEpoch } = this.steps
    if (eval_strategy === 'no') return 0
    if (eval_strategy === 'epoch') return Math.ceil(maxSteps / stepsPerEpoch) - Math.floor(step / stepsPerEpoch)
    return Math.floor(maxSteps / this.intervals.eval_steps) - Math.floor(step / this.intervals.eval_steps)
  }
}
