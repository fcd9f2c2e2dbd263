import { input, mul, where } from '../../graph/operators.ts'
import { known } from '../../graph/shapes.ts'
import type { Tensor } from '../../graph/tensor.ts'
import type { DropoutSite } from './layout.ts'

/** Numbers the places of dropout in the order the model is written, so that every layout gives a place the same number. */
export class DropoutSites {
  readonly sites: DropoutSite[] = []
  readonly #training: boolean
  readonly #dtype: DropoutSite['dtype']
  #count = 0

  /** @param dtype of the masks: bool has a quarter of the bytes, for where they travel, and costs an operation each */
  constructor(training: boolean, dtype: DropoutSite['dtype'] = 'float32') {
    this.#training = training
    this.#dtype = dtype
  }

  /** x [tokens or batch, width], multiplied with a mask of 0 and 1/(1 − p). */
  features(x: Tensor, p: number, onlyFirst: boolean): Tensor {
    return this.#apply(x, { input: this.#next(), p, kind: 'feature', onlyFirst, width: known(x.shape, 1) })
  }

  /** The same for probabilities [batch, heads, queries, keys] of each group of texts. */
  probabilities(p: number, onlyFirst: boolean, groups: number): ((x: Tensor) => Tensor)[] {
    const name = this.#next()
    return Array.from({ length: groups }, (_, group) => (x) => (
      this.#apply(x, { input: groups === 1 ? name : `${name}.${group}`, p, kind: 'probability', onlyFirst, width: known(x.shape, 1), group })))
  }

  /** x [rows, width], the same. */
  table(x: Tensor, p: number): Tensor {
    return this.#apply(x, { input: this.#next(), p, kind: 'table', onlyFirst: false, width: known(x.shape, 1), rows: known(x.shape, 0) })
  }

  #next(): string {
    return `dropout.${this.#count++}`
  }

  #apply(x: Tensor, place: Omit<DropoutSite, 'dtype'>): Tensor {
    if (!this.#training) return x
    const { input: name, p } = place
    this.sites.push({ ...place, dtype: this.#dtype })
    if (p === 0) return x
    const mask = input(name, this.#dtype, x.shape)
    return mul(x, this.#dtype === 'bool' ? where(mask, 1 / (1 - p), 0) : mask)
  }
}
