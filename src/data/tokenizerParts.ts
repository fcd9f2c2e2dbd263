/** Parts of a tokenizer that `@huggingface/tokenizers` builds otherwise than Rust's `tokenizers`, on which models were trained. */
import { BertNormalizer, BertPreTokenizer, ByteLevelPreTokenizer, LowercaseNormalizer, Normalizer, PrecompiledNormalizer, SequenceNormalizer, SequencePreTokenizer, StripNormalizer, Unigram, WhitespacePreTokenizer, WhitespaceSplitPreTokenizer } from '@huggingface/tokenizers'
import type { PreTokenizer, Tokenizer } from '@huggingface/tokenizers'
import { PrecompiledCharsmap } from './precompiledCharsmap.ts'

/** Puts Rust's ways in the place of the library's, wherever the tokenizer has such a part. */
export function likeRust(tokenizer: Tokenizer): void {
  if (tokenizer.normalizer) tokenizer.normalizer = exactNormalizer(tokenizer.normalizer)
  if (tokenizer.pre_tokenizer) tokenizer.pre_tokenizer = exactPreTokenizer(tokenizer.pre_tokenizer)
  if (tokenizer.model instanceof Unigram) keepStackShort(tokenizer.model)
}

function exactNormalizer(part: Normalizer): Normalizer {
  if (part instanceof BertNormalizer) return new RustBertNormalizer(part.config)
  if (part instanceof LowercaseNormalizer) return new RustLowercase(part.config)
  if (part instanceof StripNormalizer) return new RustStrip(part.config)
  if (part instanceof PrecompiledNormalizer && typeof part.charsmap === 'string') useCharsmap(part, part.charsmap)
  if (part instanceof SequenceNormalizer) part.normalizers = part.normalizers.map((each) => each && exactNormalizer(each))
  return part
}

function exactPreTokenizer(part: PreTokenizer): PreTokenizer {
  if (part instanceof BertPreTokenizer) return new RustBertPreTokenizer()
  if (part instanceof WhitespacePreTokenizer) return new RustWhitespace()
  if (part instanceof WhitespaceSplitPreTokenizer) return new RustWhitespaceSplit()
  if (part instanceof ByteLevelPreTokenizer) part.pattern = bytePairWords
  if (part instanceof SequencePreTokenizer) part.tokenizers = part.tokenizers.map((each) => each && exactPreTokenizer(each))
  return part
}

/** Lower-cases character by character: JavaScript looks around a capital sigma and makes it ς at the end of a word, Rust's is always σ. */
function lowercase(text: string): string {
  return text.replaceAll('Σ', 'σ').toLowerCase()
}

class RustLowercase extends LowercaseNormalizer {
  override normalize(text: string): string {
    return lowercase(text)
  }
}

/** JavaScript trims a byte order mark and leaves U+0085, other than Unicode's white space. */
class RustStrip extends StripNormalizer {
  override normalize(text: string): string {
    const { strip_left: left, strip_right: right } = this.config
    let [from, to] = [0, text.length]
    while (left && from < to && space.test(text[from])) from++
    while (right && to > from && space.test(text[to - 1])) to--
    return text.slice(from, to)
  }
}

const space = /^\p{White_Space}$/u

const control = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\uFFFD]/gu

/** The blocks of ideographs that BERT splits one by one; the library knows those of 16 bits only. */
const ideograph = /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu

/** More marks on one letter than any writing has, and NFD takes quadratic time to sort them. */
const heapOfMarks = /\p{Mn}{100,}/gu

/**
 * BERT's normalizer in Rust's order. It differs from Rust's in characters that are newer than Rust's tables, Unicode 8
 * for categories, which few vocabularies have.
 */
class RustBertNormalizer extends BertNormalizer {
  override normalize(text: string): string {
    const { clean_text: clean, handle_chinese_chars: splitIdeographs, lowercase: toLower = false, strip_accents: strip } = this.config
    if (clean) text = text.replace(control, '').replace(/\s/g, ' ')
    if (splitIdeographs) text = text.replace(ideograph, ' $& ')
    if (strip ?? toLower) text = this.strip_accents(text.replace(heapOfMarks, ''))
    return toLower ? lowercase(text) : text
  }
}

/** JavaScript's `\s` has a byte order mark in it and lacks U+0085, other than Unicode's white space. */
class RustBertPreTokenizer extends BertPreTokenizer {
  override pre_tokenize_text(text: string): string[] {
    return text.match(/[^\p{White_Space}\p{P}$+<=>^`|~]+|[\p{P}$+<=>^`|~]/gu) ?? []
  }
}

function useCharsmap(part: PrecompiledNormalizer, table: string): void {
  const charsmap = new PrecompiledCharsmap(table)
  part.normalize = (text) => charsmap.normalize(text)
}

/** GPT-2's words, with Unicode's white space. */
const bytePairWords = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu

class RustWhitespaceSplit extends WhitespaceSplitPreTokenizer {
  override pre_tokenize_text(text: string): string[] {
    return text.match(/\P{White_Space}+/gu) ?? []
  }
}

/** `\w+|[^\w\s]+` where a word may be of any script. */
class RustWhitespace extends WhitespacePreTokenizer {
  override pre_tokenize_text(text: string): string[] {
    return text.match(/[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu) ?? []
  }
}

/** The library passes every token of a text as an argument of one call, more than the stack holds for a text of a megabyte. */
function keepStackShort(model: Unigram): void {
  model.encode = (texts) => texts.flatMap((text) => model.tokenize(text))
}
