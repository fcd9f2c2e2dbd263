import { input, mul } from '../../graph/operators.ts'
import { known } from '../../graph/shapes.ts'
import type { Tensor } from '../../graph/tensor.ts'
import type { DropoutSite } from './layout.ts'

/** Numbers the places of dropout in the order the model is written, so that every layout gives a place the same number. */
export class DropoutSites {
  readonly sites: DropoutSite[] = []
  readonly #training: boolean

  constructor(training: boolean) {
    this.#training = training
  }

  /** x [tokens or batch, width], multiplied with a mask of 0 and 1/(1 − p). */
  features(x: Tensor, p: number, onlyFirst: boolean): Tensor {
    return this.#apply(x, { p, kind: 'feature', onlyFirst, width: known(x.shape, 1) })
  }

  /** Probabilities [batch, heads, queries, keys], the same. */
  probabilities(x: Tensor, p: number, onlyFirst: boolean): Tensor {
    return this.#apply(x, { p, kind: 'probability', onlyFirst, width: known(x.shape, 1) })
  }

  /** x [rows, width], the same. */
  table(x: Tensor, p: number): Tensor {
    return this.#apply(x, { p, kind: 'table', onlyFirst: false, width: known(x.shape, 1), rows: known(x.shape, 0) })
  }

  #apply(x: Tensor, site: Omit<DropoutSite, 'input'>): Tensor {
    if (!this.#training) return x
    const name = `dropout.${this.sites.length}`
    this.sites.push({ input: name, ...site })
    return site.p === 0 ? x : mul(x, input(name, 'float32', x.shape))
  }
}
