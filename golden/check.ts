/** One quantity held against its reference: the largest error, what it may be, and where it is. */
export interface Check {
  quantity: string
  error: number
  /** Not judged, only shown, where the reference sets none. */
  tolerance: number | undefined
  where: string
}

/** An error that is not a number is none that passes. */
export function passes({ error, tolerance }: Check): boolean {
  return tolerance === undefined || error <= tolerance
}

/** Keeps, of many comparisons of a quantity, the one that comes closest to its tolerance or is furthest beyond it. */
export class Largest {
  readonly #quantity: string
  #check: Check | undefined

  constructor(quantity: string) {
    this.#quantity = quantity
  }

  add(error: number, tolerance: number | undefined, where: string): this {
    const check = { quantity: this.#quantity, error, tolerance, where }
    if (!this.#check || share(check) > share(this.#check)) this.#check = check
    return this
  }

  /** Compares arrays of one length; `place` says where an index is. */
  compare(ours: ArrayLike<number>, theirs: ArrayLike<number>, tolerance: number | undefined, place: (index: number) => string): this {
    const { error, index } = largestDifference(ours, theirs)
    return this.add(error, tolerance, place(index))
  }

  get checks(): Check[] {
    return this.#check ? [this.#check] : []
  }
}

/** How much of its tolerance an error takes; errors without one compare among themselves. */
function share({ error, tolerance }: Check): number {
  if (Number.isNaN(error)) return Infinity
  if (tolerance === undefined) return error
  return error === 0 ? 0 : error / tolerance
}

/** The largest |a − b| and its index; NaN, and the first of them, if there is one. */
function largestDifference(ours: ArrayLike<number>, theirs: ArrayLike<number>): { error: number; index: number } {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} values cannot be compared with ${theirs.length}`)
  let error = 0
  let index = 0
  for (let i = 0; i < ours.length; i++) {
    const difference = Math.abs(ours[i] - theirs[i])
    if (Number.isNaN(difference)) return { error: NaN, index: i }
    if (difference > error) [error, index] = [difference, i]
  }
  return { error, index }
}
