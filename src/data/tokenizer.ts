/** Texts into token ids, equal to those of `AutoTokenizer` in Python. */
import { BPE, Tokenizer as Library, Unigram, WordPiece } from '@huggingface/tokenizers'
import { UserError } from '../protocol/errors.ts'
import type { AddedToken } from './addedTokens.ts'
import { TextPipeline } from './textPipeline.ts'
import { readTokenizerFiles, type TokenizerFiles } from './tokenizerFiles.ts'
import { likeRust } from './tokenizerParts.ts'
import { splitsAtSpaces, wordSlices } from './tokenizerSlices.ts'

export interface TokenizerLimits {
  /** How many tokens, with the special ones, the model takes at most: BERT's `max_position_embeddings`. */
  maxPositions: number
  /** The model's `vocab_size`. */
  vocabSize: number
  /** The setting `max_length`; without it, the tokenizer's own `model_max_length`, within what the model takes. */
  maxLength?: number | null
}

export interface Encoding {
  /** With the special tokens around the text; an empty text is those alone. */
  ids: Int32Array
  /** Whether the text had more tokens than fit. */
  truncated: boolean
}

/**
 * Reads the tokenizer of a model folder. Truncation and padding that tokenizer.json asks for are overridden, as transformers does.
 * @throws UserError when a file is missing, malformed or has a part that is not supported, or no text would fit `maxLength`
 */
export async function loadTokenizer(folder: string, limits: TokenizerLimits): Promise<Tokenizer> {
  return new Tokenizer(folder, await readTokenizerFiles(folder), limits)
}

export class Tokenizer {
  /** What {@link loadTokenizer} was called with: a worker loads the same again. */
  readonly folder: string
  readonly limits: TokenizerLimits
  /** Longer texts are truncated to this many tokens, special ones included. */
  readonly maxLength: number
  readonly padTokenId: number
  /** tokenizer.json as it is used here: with what tokenizer_config.json overrides in it. */
  readonly json: Readonly<Record<string, unknown>>
  readonly #pipeline: TextPipeline
  readonly #file: string
  readonly #truncationSide: 'left' | 'right'
  readonly #before: readonly number[]
  readonly #after: readonly number[]
  readonly #splitsAtSpaces: boolean

  constructor(folder: string, files: TokenizerFiles, limits: TokenizerLimits) {
    this.folder = folder
    this.limits = limits
    this.json = files.json
    this.#file = files.file
    this.#truncationSide = files.truncationSide
    const library = build(files)
    this.#pipeline = new TextPipeline(library, (files.json.added_tokens ?? []) as AddedToken[])
    this.#splitsAtSpaces = splitsAtSpaces(files.json)
    const { before, after } = specialTokens(library)
    this.#before = this.#ids(before)
    this.#after = this.#ids(after)
    this.maxLength = maxLength(files, limits)
    this.padTokenId = this.#padTokenId(folder, files)
    if (this.#room < 1) throw new UserError('tokenizer.no-room', { maxLength: this.maxLength, needed: before.length + after.length + 1 })
  }

  /** @throws UserError when the tokenizer makes a token that it or the model has no id for */
  encode(text: string): Encoding {
    const content = this.#content(text)
    const truncated = content.length > this.#room
    const kept = !truncated ? content : this.#truncationSide === 'right' ? content.slice(0, this.#room) : content.slice(-this.#room)
    return { ids: Int32Array.from([...this.#before, ...kept, ...this.#after]), truncated }
  }

  /** How many tokens of a text fit between the special ones. */
  get #room(): number {
    return this.maxLength - this.#before.length - this.#after.length
  }

  /** The ids of a text without the special ones, as far as they can be needed. */
  #content(text: string): number[] {
    if (!this.#splitsAtSpaces || this.#truncationSide === 'left') return this.#encodeWhole(text)
    const ids: number[] = []
    for (const slice of wordSlices(text)) {
      for (const id of this.#encodeWhole(slice)) ids.push(id)
      if (ids.length > this.#room) break
    }
    return ids
  }

  #encodeWhole(text: string): number[] {
    return this.#pipeline.encode(text).map(({ token, id }) => this.#check(id, token))
  }

  #ids(tokens: readonly string[]): number[] {
    return tokens.map((token) => this.#check(this.#pipeline.idOf(token), token))
  }

  /** The embedding has a row for each id below the vocabulary size. */
  #check(id: number | undefined, token: string): number {
    const { vocabSize } = this.limits
    if (id !== undefined && Number.isInteger(id) && id >= 0 && id < vocabSize) return id
    throw new UserError('tokenizer.no-id', { file: this.#file, token, vocabSize })
  }

  #padTokenId(folder: string, { padTokens }: TokenizerFiles): number {
    const token = padTokens.find((each) => this.#pipeline.idOf(each) !== undefined)
    if (token === undefined) throw new UserError('tokenizer.no-padding-token', { folder })
    return this.#ids([token])[0]
  }
}

/** The library's tokenizer. It is told nothing of tokenizer_config.json, as Rust's is not, nor of added tokens, which it takes otherwise than Rust. */
function build({ file, json }: TokenizerFiles): Library {
  try {
    const library = new Library({ normalizer: null, pre_tokenizer: null, post_processor: null, ...json, added_tokens: [], decoder: null }, {})
    const { model } = library
    if (!(model instanceof WordPiece || model instanceof BPE || model instanceof Unigram)) throw new Error(`Unknown model type: ${model?.config.type}`)
    likeRust(library)
    return library
  } catch (error) {
    const { message: reason } = error as Error
    const unsupported = error instanceof SyntaxError || reason.startsWith('Unknown ')
    throw new UserError(unsupported ? 'tokenizer.unsupported' : 'tokenizer.malformed', { file, reason })
  }
}

/** What the tokenizer's template puts before and after a text. */
function specialTokens(library: Library): { before: string[], after: string[] } {
  const text = ''
  const { tokens } = library.post_processor?.post_process([text]) ?? { tokens: [text] }
  const place = tokens.indexOf(text)
  return { before: tokens.slice(0, place), after: tokens.slice(place + 1) }
}

function maxLength({ modelMaxLength }: TokenizerFiles, { maxPositions, maxLength }: TokenizerLimits): number {
  if (maxLength == null) return Math.min(modelMaxLength, maxPositions)
  if (maxLength > maxPositions) throw new UserError('tokenizer.max-length', { maxLength, maxPositions })
  return maxLength
}
