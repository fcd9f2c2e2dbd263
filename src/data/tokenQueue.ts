/** Which rows are tokenised next. */

const LOOK_AHEAD = 2048 // rows: more would take processor time from the training before it is of use
const MOST_ROWS = 64
const MOST_CHARACTERS = 1 << 18

/** Rows that were asked for come first, in the order of asking; then those ahead in the order in which they will probably be asked for. */
export class TokenQueue {
  readonly #texts: readonly string[]
  readonly #order: Int32Array
  readonly #asked: Uint8Array
  readonly #taken: Uint8Array
  #urgent: number[] = []
  #place = 0
  #askedCount = 0
  #takenCount = 0

  /** @param order of rows (indices into `texts`) */
  constructor(texts: readonly string[], order: Int32Array) {
    this.#texts = texts
    this.#order = order
    this.#asked = new Uint8Array(texts.length)
    this.#taken = new Uint8Array(texts.length)
  }

  get isEmpty(): boolean {
    return this.#takenCount === this.#texts.length
  }

  ask(rows: ArrayLike<number>): void {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]
      if (this.#asked[row]) continue
      this.#asked[row] = 1
      this.#askedCount++
      if (!this.#taken[row]) this.#urgent.push(row)
    }
  }

  /** The rows of the next job; none when enough is done ahead. */
  take(): number[] {
    const urgent = this.#takeFrom(this.#urgent, 0)
    this.#urgent = this.#urgent.slice(urgent.end)
    if (urgent.rows.length > 0) return urgent.rows
    if (this.#takenCount >= this.#askedCount + LOOK_AHEAD) return []
    const ahead = this.#takeFrom(this.#order, this.#place)
    this.#place = ahead.end
    return ahead.rows
  }

  #takeFrom(source: ArrayLike<number>, place: number): { rows: number[], end: number } {
    const rows: number[] = []
    let characters = 0
    while (place < source.length && rows.length < MOST_ROWS && characters < MOST_CHARACTERS) {
      const row = source[place++]
      if (this.#taken[row]) continue
      this.#taken[row] = 1
      this.#takenCount++
      rows.push(row)
      characters += this.#texts[row].length
    }
    return { rows, end: place }
  }
}
