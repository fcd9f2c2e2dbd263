/** A text's way through the parts of tokenizer.json: added tokens, normalizer, words, the model's tokens. */
import type { Tokenizer as Library } from '@huggingface/tokenizers'
import { AddedTokens, type AddedToken } from './addedTokens.ts'

export class TextPipeline {
  readonly #library: Library
  readonly #added: ReadonlyMap<string, AddedToken>
  readonly #asWritten: AddedTokens
  readonly #normalized: AddedTokens

  /** @param library without added tokens: its model would find them inside words */
  constructor(library: Library, added: readonly AddedToken[]) {
    const isNormalized = ({ normalized, special }: AddedToken) => normalized ?? !special
    this.#library = library
    this.#added = new Map(added.map((token) => [token.content, token]))
    this.#asWritten = new AddedTokens(added.filter((token) => !isNormalized(token)))
    this.#normalized = new AddedTokens(added.filter(isNormalized), ({ content }) => this.#normalize(content))
  }

  /** Without the special tokens around it. An id is undefined where the model's vocabulary lacks even what stands for the unknown. */
  encode(text: string): { token: string, id: number | undefined }[] {
    return this.#asWritten.split(text).flatMap((piece) => 'token' in piece ? [named(piece.token)] : this.#encodePlain(piece.text, piece.start === 0))
  }

  idOf(token: string): number | undefined {
    return this.#added.get(token)?.id ?? this.#library.token_to_id(token)
  }

  #encodePlain(text: string, isFirst: boolean): { token: string, id: number | undefined }[] {
    return this.#normalized.split(this.#normalize(text)).flatMap((piece) => {
      if ('token' in piece) return [named(piece.token)]
      const { pre_tokenizer: preTokenizer, model } = this.#library
      // What a tokenizer does at the beginning of a text alone goes by this number.
      const words = preTokenizer ? preTokenizer.pre_tokenize(piece.text, { section_index: isFirst && piece.start === 0 ? 0 : 1 }) : [piece.text]
      return model!._call(words).map((token) => ({ token, id: this.#library.token_to_id(token) ?? model!.unk_token_id }))
    })
  }

  #normalize(text: string): string {
    return this.#library.normalizer?.normalize(text) ?? text
  }
}

function named({ content: token, id }: AddedToken): { token: string, id: number } {
  return { token, id }
}
