import { TorchNormal } from '../random/torchNormal.ts'

/** How a parameter begins when it is new. */
export type Beginning = 'normal' | 'zeros' | 'ones'

/** Normal numbers within `cutoff` standard deviations. */
export interface Truncated { deviation: number, cutoff: number }

/**
 * New parameters, in the order in which a model names them: the numbers that transformers draws after `set_seed(seed)`, so a run
 * begins with the head that the same seed gives in Python.
 */
export class FreshParameters {
  readonly #normal: TorchNormal
  readonly #deviation: number
  readonly #truncated: (name: string) => Truncated | undefined

  /** `initializerRange`: the standard deviation of weights; `truncated` tells those that are drawn once more, within bounds. */
  constructor(seed: number, initializerRange: number, truncated: (name: string) => Truncated | undefined = () => undefined) {
    this.#normal = new TorchNormal(seed)
    this.#deviation = initializerRange
    this.#truncated = truncated
  }

  fill(target: Float32Array, beginning: Beginning, name: string): void {
    if (beginning !== 'normal') {
      target.fill(beginning === 'ones' ? 1 : 0)
      return
    }
    this.#normal.fill(target, this.#deviation)
    const truncated = this.#truncated(name)
    if (truncated) this.#fillTruncated(target, truncated)
  }

  /** torch.nn.init.trunc_normal_: what lies beyond the bounds is drawn again, each time a whole tensor of which the rest is not used. */
  #fillTruncated(target: Float32Array, { deviation, cutoff }: Truncated): void {
    const bound = Math.fround(cutoff * deviation)
    const isBeyond = (value: number) => Math.abs(value) > bound
    this.#normal.fill(target, deviation)
    const drawn = new Float32Array(target.length)
    while (target.some(isBeyond)) {
      this.#normal.fill(drawn, deviation)
      target.forEach((value, i) => { if (isBeyond(value)) target[i] = drawn[i] })
    }
  }
}
