/** What a model folder says about its tokenizer, read as `AutoTokenizer.from_pretrained` does. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../protocol/errors.ts'
import { debertaTokenizer, specialRoles } from './sentencePiece.ts'

type JsonObject = Record<string, unknown>

export interface TokenizerFiles {
  /** The path of tokenizer.json, for messages. */
  file: string
  /** tokenizer.json, with the normalizer that tokenizer_config.json makes of it. */
  json: JsonObject
  /** What may be the padding token, the likeliest first. */
  padTokens: readonly string[]
  /** Infinity when the tokenizer has no limit of its own. */
  modelMaxLength: number
  /** The end of a long text that is cut off. */
  truncationSide: 'left' | 'right'
}

/** @throws UserError when tokenizer.json is missing or a file is malformed */
export async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  const [config, specialTokens, modelConfig] = await Promise.all(
    ['tokenizer_config.json', 'special_tokens_map.json', 'config.json'].map((name) => readOptionalJson(join(folder, name))),
  )
  const { file, json } = await readTokenizer(folder, config, modelConfig)
  requireVocabulary(json, file)
  const named = [config.pad_token, specialTokens.pad_token, (json.padding as JsonObject | null)?.pad_token].map(tokenContent)
  return {
    file,
    json: asItsClassHasIt(json, config, modelConfig),
    padTokens: [...named, '[PAD]', '<pad>'].filter((token) => token !== undefined),
    modelMaxLength: lengthLimit(config.model_max_length ?? config.max_len),
    truncationSide: truncationSide(config.truncation_side ?? (json.truncation as JsonObject | null)?.direction),
  }
}

async function readTokenizer(folder: string, config: JsonObject, modelConfig: JsonObject): Promise<{ file: string, json: JsonObject }> {
  const [file, pieces] = [join(folder, 'tokenizer.json'), join(folder, 'spm.model')]
  if (existsSync(file)) return { file, json: await readJson(file) }
  if (modelConfig.model_type !== 'deberta-v2' || !existsSync(pieces)) throw missing(folder)
  return { file: pieces, json: fromPieces(pieces, await readFile(pieces), config) }
}

function fromPieces(file: string, content: Buffer, config: JsonObject): JsonObject {
  if (content.subarray(0, 8).toString('latin1') === 'version ') throw new UserError('tokenizer.file-lfs', { file })
  const roles = specialRoles.map((role) => [role, tokenContent(config[role])] as const)
  const special = Object.fromEntries(roles.filter(([, token]) => token !== undefined))
  try {
    return debertaTokenizer(content, { lowercase: config.do_lower_case === true, splitsByPunctuation: config.split_by_punct === true, special })
  } catch (error) {
    throw new UserError('tokenizer.malformed', { file, reason: (error as Error).message })
  }
}

function requireVocabulary({ model }: JsonObject, file: string): void {
  const vocabulary = (model as JsonObject | undefined | null)?.vocab
  if (typeof vocabulary !== 'object' || vocabulary === null) throw new UserError('tokenizer.malformed', { file, reason: 'it has no vocabulary' })
}

/** Vocabularies of tokenizers that have no tokenizer.json yet. */
const olderFiles = ['vocab.txt', 'vocab.json', 'sentencepiece.bpe.model', 'spiece.model', 'spm.model', 'tokenizer.model']

function missing(folder: string): UserError {
  const older = olderFiles.find((name) => existsSync(join(folder, name)))
  return older ? new UserError('tokenizer.older-format', { folder, older }) : new UserError('tokenizer.missing', { folder })
}

async function readOptionalJson(path: string): Promise<JsonObject> {
  return existsSync(path) ? readJson(path) : {}
}

async function readJson(path: string): Promise<JsonObject> {
  const text = await readFile(path, 'utf8')
  if (text.startsWith('version https://git-lfs')) throw new UserError('tokenizer.file-lfs', { file: path })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UserError('tokenizer.malformed', { file: path, reason: (error as Error).message })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UserError('tokenizer.malformed', { file: path, reason: 'it is no JSON object' })
  return value as JsonObject
}

/** A special token is written as its text, or as an object with its text among other things. */
function tokenContent(token: unknown): string | undefined {
  const content = typeof token === 'object' && token !== null ? (token as JsonObject).content : token
  return typeof content === 'string' ? content : undefined
}

/** transformers writes 1e30 for "no limit", and takes what is above 1e20 for it. */
function lengthLimit(value: unknown): number {
  return typeof value === 'number' && value <= 1e20 ? value : Infinity
}

function truncationSide(value: unknown): 'left' | 'right' {
  return typeof value === 'string' && value.toLowerCase() === 'left' ? 'left' : 'right'
}

/** The classes of transformers that override parts of tokenizer.json, by the models that get them when no class is named. */
const classOfModel: Readonly<Record<string, string>> = { bert: 'BertTokenizer', distilbert: 'DistilBertTokenizer', electra: 'ElectraTokenizer', mpnet: 'MPNetTokenizer', roberta: 'RobertaTokenizer' }
const bertClasses = ['BertTokenizer', 'DistilBertTokenizer', 'ElectraTokenizer', 'MPNetTokenizer']

function asItsClassHasIt(json: JsonObject, config: JsonObject, modelConfig: JsonObject): JsonObject {
  const named = config.tokenizer_class ?? modelConfig.tokenizer_class ?? classOfModel[String(modelConfig.model_type)]
  const name = String(named).replace(/Fast$/, '')
  if (bertClasses.includes(name)) return withBertNormalizer(json, config)
  return name === 'RobertaTokenizer' ? withPrefixSpace(json, config) : json
}

/** `RobertaTokenizer` puts a space before a text where tokenizer_config.json says so, whatever tokenizer.json says. */
function withPrefixSpace(json: JsonObject, { add_prefix_space = false }: JsonObject): JsonObject {
  const preTokenizer = json.pre_tokenizer as JsonObject | null | undefined
  return preTokenizer?.type === 'ByteLevel' ? { ...json, pre_tokenizer: { ...preTokenizer, add_prefix_space } } : json
}

/** `BertTokenizer` builds its normalizer from tokenizer_config.json and its own defaults, whatever tokenizer.json says. */
function withBertNormalizer(json: JsonObject, config: JsonObject): JsonObject {
  const normalizer = {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: config.tokenize_chinese_chars ?? true,
    strip_accents: config.strip_accents ?? null,
    lowercase: config.do_lower_case ?? true,
  }
  return { ...json, normalizer }
}
