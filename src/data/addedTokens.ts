/** Tokens that tokenizer.json adds beside its model's: found in a text before anything else, as Rust's added_vocabulary.rs does. */
export interface AddedToken {
  id: number
  content: string
  /** Not inside a word. */
  single_word?: boolean
  /** Takes the white space before it. */
  lstrip?: boolean
  /** Takes the white space behind it. */
  rstrip?: boolean
  /** Looked for in the normalized text. */
  normalized?: boolean
  special?: boolean
}

export type Piece = { token: AddedToken } | { text: string, start: number }

const word = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u
const space = /^\p{White_Space}$/u

export class AddedTokens {
  readonly #byContent: ReadonlyMap<string, AddedToken>
  readonly #pattern: RegExp | undefined

  /** @param spelling what a token is looked for as */
  constructor(tokens: readonly AddedToken[], spelling: (token: AddedToken) => string = ({ content }) => content) {
    this.#byContent = new Map(tokens.map((token) => [spelling(token), token] as const).filter(([content]) => content !== ''))
    const longestFirst = [...this.#byContent.keys()].sort((a, b) => b.length - a.length)
    if (longestFirst.length > 0) this.#pattern = new RegExp(longestFirst.map((content) => content.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&')).join('|'), 'gu')
  }

  /** The text as the tokens in it, and what lies between them. */
  split(text: string): Piece[] {
    const pieces: Piece[] = []
    let from = 0
    for (const { 0: content, index } of this.#pattern ? text.matchAll(this.#pattern) : []) {
      const token = this.#byContent.get(content)!
      let [start, end] = [index, index + content.length]
      if (token.single_word && (word.test(charBefore(text, start)) || word.test(charAt(text, end)))) continue
      if (token.lstrip) while (start > from && space.test(text[start - 1])) start--
      if (token.rstrip) while (end < text.length && space.test(text[end])) end++
      if (start > from) pieces.push({ text: text.slice(from, start), start: from })
      pieces.push({ token })
      from = end
    }
    if (from < text.length) pieces.push({ text: text.slice(from), start: from })
    return pieces
  }
}

function charAt(text: string, place: number): string {
  return place < text.length ? String.fromCodePoint(text.codePointAt(place)!) : ''
}

function charBefore(text: string, place: number): string {
  const pair = text.slice(Math.max(0, place - 2), place)
  return [...pair].at(-1) ?? ''
}
