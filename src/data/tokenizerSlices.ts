/**
 * Cutting a very long text into slices that can be encoded one by one, until there are more tokens than fit: a megabyte
 * of odd words keeps the library busy for half a minute, and all but the beginning would be truncated.
 */

const SLICE = 4096 // characters: most texts are one slice

/** Whether a tokenizer gives a text the tokens of its slices: BERT's do, where no token has a space in it. */
export function splitsAtSpaces(json: Readonly<Record<string, unknown>>): boolean {
  const { normalizer, pre_tokenizer: preTokenizer, added_tokens: addedTokens = [] } = json as {
    normalizer?: { type?: string } | null
    pre_tokenizer?: { type?: string } | null
    added_tokens?: { content: string }[]
  }
  return normalizer?.type === 'BertNormalizer' && preTokenizer?.type === 'BertPreTokenizer' && addedTokens.every(({ content }) => !/\s/.test(content))
}

/** Slices of whole words, which together are the text. */
export function* wordSlices(text: string): Generator<string> {
  const space = /[ \n]/g
  for (let from = 0, to: number; from < text.length; from = to) {
    space.lastIndex = from + SLICE
    to = space.exec(text)?.index ?? text.length
    yield text.slice(from, to)
  }
}
