const SLICE = 1024 // UTF-16 units

/**
 * The normalizer `Precompiled` of SentencePiece's tokenizers (XLM-RoBERTa, ALBERT, DeBERTa-v3), by the table that the file carries, as
 * the crates spm_precompiled 0.1 and tokenizers read it: the library replaces it by NFKC, which is only about the same.
 *
 * The table is a double-array trie (Yata's Darts-clone) of UTF-8 beginnings, behind its length in bytes, then what they become, each
 * ended by a zero byte.
 */
export class PrecompiledCharsmap {
  readonly #units: Uint32Array
  readonly #texts: Uint8Array
  readonly #encoder = new TextEncoder()
  readonly #decoder = new TextDecoder()
  readonly #graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
  /** What is neither changed nor joined to what follows: most of most texts. */
  readonly #others: RegExp

  /** @throws RangeError for a table that is cut off */
  constructor(base64: string) {
    const bytes = Uint8Array.from(Buffer.from(base64, 'base64'))
    const length = new DataView(bytes.buffer).getUint32(0, true)
    this.#units = new Uint32Array(bytes.slice(4, 4 + length).buffer)
    this.#texts = bytes.subarray(4 + length)
    const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))
    const plain = printable.filter((char) => this.#transform(this.#encoder.encode(char)) === undefined)
    const codes = plain.map((char) => `\\x${char.charCodeAt(0).toString(16)}`).join('')
    this.#others = plain.length > 0 ? new RegExp(`[${codes}]?[^${codes}]+`, 'g') : /[^]+/g
  }

  normalize(text: string): string {
    return text.replace(this.#others, (part) => this.#normalizePart(part))
  }

  /** Graphemes of up to 5 bytes are looked up first, by the shortest beginning that the table has; else character by character. */
  #normalizePart(part: string): string {
    let normal = ''
    for (const segment of this.#graphemesOf(part)) {
      const bytes = this.#encoder.encode(segment)
      const whole = bytes.length < 6 ? this.#transform(bytes) : undefined
      if (whole !== undefined) normal += whole
      else for (const char of segment) normal += this.#transform(this.#encoder.encode(char)) ?? char
    }
    return normal
  }

  /** By slices: the segmenter takes quadratic time over a long text. The last of a slice may go on in the next one, so it begins that. */
  *#graphemesOf(text: string): Generator<string> {
    let size = SLICE
    for (let from = 0; from < text.length;) {
      const isHalf = (text.charCodeAt(from + size - 1) & 0xfc00) === 0xd800
      const to = from + size + Number(isHalf)
      const isLast = to >= text.length
      const segments = Array.from(this.#graphemes.segment(text.slice(from, to)), ({ segment }) => segment)
      const whole = isLast ? segments : segments.slice(0, -1)
      yield* whole
      from += whole.reduce((length, segment) => length + segment.length, 0)
      size = whole.length > 0 ? SLICE : 2 * size
    }
  }

  #transform(bytes: Uint8Array): string | undefined {
    let place = offset(this.#units[0])
    for (const byte of bytes) {
      place ^= byte
      const unit = this.#units[place]
      if (byte === 0 || unit === undefined || (unit & 0x800000ff) !== byte) return undefined
      place ^= offset(unit)
      if ((unit >>> 8) & 1) return this.#textAt(this.#units[place] & 0x7fffffff)
    }
    return undefined
  }

  #textAt(start: number): string {
    return this.#decoder.decode(this.#texts.subarray(start, this.#texts.indexOf(0, start)))
  }
}

function offset(unit: number): number {
  return (unit >>> 10) << ((unit & (1 << 9)) >>> 6)
}
