/**
 * The windows that a run is to stop without. Each says so by a connection that it keeps; once the last one is gone for a while (a window
 * that is reloaded comes back) the run stops.
 */
const patience = 60_000

export class Company {
  readonly #onAlone: () => void
  readonly #patience: number
  readonly #present = new Set<Promise<void>>()
  #timer: NodeJS.Timeout | undefined

  constructor(onAlone: () => void, patienceMilliseconds = patience) {
    this.#onAlone = onAlone
    this.#patience = patienceMilliseconds
  }

  /** @param closed resolves when that window is gone */
  join(closed: Promise<void>): void {
    clearTimeout(this.#timer)
    if (this.#present.has(closed)) return
    this.#present.add(closed)
    void closed.then(() => {
      if (this.#present.delete(closed) && this.#present.size === 0) this.#timer = setTimeout(this.#onAlone, this.#patience)
    })
  }

  /** Nobody's going matters any more. */
  dissolve(): void {
    clearTimeout(this.#timer)
    this.#present.clear()
  }
}
