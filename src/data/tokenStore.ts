/** Token ids of many rows of different lengths, kept as they came: about four bytes a token. */
export interface TokenChunk {
  rows: readonly number[]
  /** The rows' ids, one row after another. */
  ids: Int32Array
  /** Where in `ids` each row ends. */
  ends: Int32Array
  /** How many of the rows had more tokens than fit. */
  truncated: number
}

export interface TokenStats {
  /** Of the rows tokenised so far: how many they are, how many were truncated, and their tokens once they were. */
  rows: number
  truncated: number
  meanTokens: number
  longest: number
}

export class TokenStore {
  readonly #chunks: Int32Array[] = []
  /** Of each row: the chunk it lies in (-1 for none yet), and from where to where. */
  readonly #chunkOf: Int32Array
  readonly #begin: Int32Array
  readonly #end: Int32Array
  #rows = 0
  #truncated = 0
  #tokens = 0
  #longest = 0

  constructor(rows: number) {
    this.#chunkOf = new Int32Array(rows).fill(-1)
    this.#begin = new Int32Array(rows)
    this.#end = new Int32Array(rows)
  }

  add({ rows, ids, ends, truncated }: TokenChunk): void {
    for (const [i, row] of rows.entries()) {
      this.#chunkOf[row] = this.#chunks.length
      this.#begin[row] = i === 0 ? 0 : ends[i - 1]
      this.#end[row] = ends[i]
      this.#longest = Math.max(this.#longest, this.#end[row] - this.#begin[row])
    }
    this.#chunks.push(ids)
    this.#rows += rows.length
    this.#tokens += ids.length
    this.#truncated += truncated
  }

  has(row: number): boolean {
    return this.#chunkOf[row] >= 0
  }

  /** The ids of a row that is there: a view, not to be written to. */
  get(row: number): Int32Array {
    return this.#chunks[this.#chunkOf[row]].subarray(this.#begin[row], this.#end[row])
  }

  stats(): TokenStats {
    return { rows: this.#rows, truncated: this.#truncated, meanTokens: this.#tokens / Math.max(1, this.#rows), longest: this.#longest }
  }
}
