import { TorchNormal } from '../random/torchNormal.ts'

/** How a parameter begins when it is new. */
export type Beginning = 'normal' | 'zeros' | 'ones'

/**
 * New parameters, in the order in which a model names them: the numbers that transformers draws after `set_seed(seed)`, so a run
 * begins with the head that the same seed gives in Python.
 */
export class FreshParameters {
  readonly #normal: TorchNormal
  readonly #deviation: number

  /** `initializerRange`: the standard deviation of weights. */
  constructor(seed: number, initializerRange: number) {
    this.#normal = new TorchNormal(seed)
    this.#deviation = initializerRange
  }

  fill(target: Float32Array, beginning: Beginning): void {
    if (beginning === 'normal') this.#normal.fill(target, this.#deviation)
    else target.fill(beginning === 'ones' ? 1 : 0)
  }
}
