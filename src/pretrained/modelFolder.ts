/** The finished model's folder: what `from_pretrained` of transformers (4.x and 5.x) and transformers.js read. */
import { existsSync } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProblemType } from '../protocol/problemType.ts'
import { readJsonObject, sortedJson, withDecimals } from './json.ts'
import type { JsonObject } from './json.ts'
import type { Pretrained } from './pretrained.ts'
import { writeSafetensors } from './writeSafetensors.ts'

/** What distinguishes the finished model from the checkpoint that it began as. */
export interface FinishedModel {
  /** transformers' class: `DistilBertForSequenceClassification`. */
  className: string
  /** In the order of the logits. */
  labels: readonly string[]
  /** By default one label for each text. */
  problemType?: ProblemType
  /** Whether the model takes `token_type_ids`: a tokenizer that hands them to DistilBERT makes it fail. */
  usesTokenTypes: boolean
  /** The length, in tokens, at which texts were truncated. */
  maxLength: number
  /** tokenizer.json as training used it: with what tokenizer_config.json overrides in it. */
  tokenizer: JsonObject
}

export interface ModelFile { name: string, content: string | Buffer }

/** Copied as they are where the base model has them: older readers look for them. */
const vocabularyFiles = ['special_tokens_map.json', 'added_tokens.json', 'vocab.txt', 'vocab.json', 'merges.txt', 'sentencepiece.bpe.model', 'spiece.model', 'spm.model']

/** Every file of the finished model but its weights, made before training from the base model's, which may be gone when it ends. */
export async function modelFiles({ folder, config }: Pick<Pretrained, 'folder' | 'config'>, finished: FinishedModel): Promise<ModelFile[]> {
  const oldConfig = await readFile(join(folder, 'config.json'), 'utf8')
  const tokenizerConfig = join(folder, 'tokenizer_config.json')
  const oldTokenizerConfig = existsSync(tokenizerConfig) ? await readJsonObject(tokenizerConfig) : {}
  const copied = vocabularyFiles.filter((name) => existsSync(join(folder, name)))
  return [
    { name: 'config.json', content: withDecimals(sortedJson(finishedConfig(config, finished)), oldConfig) },
    { name: 'tokenizer.json', content: finishedTokenizer(finished) },
    { name: 'tokenizer_config.json', content: sortedJson(finishedTokenizerConfig(oldTokenizerConfig, finished)) },
    ...await Promise.all(copied.map(async (name) => ({ name, content: await readFile(join(folder, name)) }))),
  ]
}

/**
 * Writes the files and model.safetensors into `folder`, each on the disk (fsync) when this returns. Not atomic: give a folder that
 * readers do not look at, then rename. Tensors are named with the base model's prefix; each is asked for its values when its turn comes.
 */
export async function writeModelFolder(
  folder: string,
  files: readonly ModelFile[],
  tensors: readonly { name: string, shape: readonly number[], data: () => Float32Array | Promise<Float32Array> }[],
): Promise<void> {
  for (const { name, content } of files) await writeSynced(join(folder, name), content)
  await writeSafetensors(join(folder, 'model.safetensors'), tensors.map((tensor) => ({ ...tensor, dtype: 'F32' })))
}

async function writeSynced(path: string, content: string | Buffer): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * The base model's config.json with our class and labels. `transformers_version` stays: it says whose field names these are.
 * Left out: `torch_dtype` (`dtype`'s old name), label counts that id2label replaces, where the base model lay, and code that is not copied.
 */
function finishedConfig(config: JsonObject, { className, labels, problemType = 'single_label_classification' }: FinishedModel): JsonObject {
  const { torch_dtype: _dtype, num_labels: _count, _num_labels: _oldCount, _name_or_path: _path, auto_map: _code, ...kept } = config
  return {
    ...kept,
    architectures: [className],
    dtype: 'float32',
    id2label: Object.fromEntries(labels.entries()),
    label2id: Object.fromEntries(labels.map((label, index) => [label, index])),
    problem_type: problemType,
  }
}

/** As the tokenizers library leaves it after a call with truncation and dynamic padding. */
function finishedTokenizer({ tokenizer, maxLength }: FinishedModel): string {
  const truncation = { direction: 'Right', max_length: maxLength, strategy: 'LongestFirst', stride: 0 }
  return JSON.stringify({ ...tokenizer, truncation, padding: null }, null, 2)
}

/** A tokenizer that is just its tokenizer.json. transformers 5 has other names for it, which 4.x does not know; this one all know. */
const genericClass = 'PreTrainedTokenizerFast'
/** Those, and classes that transformers 5 builds from the vocabulary with a normalizer of their own, other than 4.x and tokenizer.json. */
const madeGeneric = /^(TokenizersBackend|PythonBackend|(DebertaV2|XLMRoberta|Albert)Tokenizer(Fast)?)$/

/** Left out: traces of the machine and the version that saved the base model, and code that is not copied. */
function finishedTokenizerConfig(config: JsonObject, { tokenizer, usesTokenTypes, maxLength }: FinishedModel): JsonObject {
  const {
    backend: _backend, is_local: _local, local_files_only: _offline, name_or_path: _path, tokenizer_file: _file,
    special_tokens_map_file: _map, auto_map: _code, tokenizer_class: named = genericClass, model_max_length: limit,
    extra_special_tokens: extra, ...kept
  } = config
  return {
    ...specialTokens(tokenizer),
    ...kept,
    // transformers 5 writes a list under this name, on which 4.x fails; the older name is read by both.
    ...Array.isArray(extra) ? { additional_special_tokens: extra } : extra === undefined ? {} : { extra_special_tokens: extra },
    tokenizer_class: madeGeneric.test(String(named)) ? genericClass : named,
    model_input_names: usesTokenTypes ? ['input_ids', 'token_type_ids', 'attention_mask'] : ['input_ids', 'attention_mask'],
    // A tokenizer without a limit of its own says 1e30.
    model_max_length: typeof limit === 'number' && limit < 1e9 ? limit : maxLength,
  }
}

/** The special tokens as BERT's and RoBERTa's families write them. */
const usualTokens = {
  cls_token: ['[CLS]', '<s>'],
  mask_token: ['[MASK]', '<mask>'],
  pad_token: ['[PAD]', '<pad>'],
  sep_token: ['[SEP]', '</s>'],
  unk_token: ['[UNK]', '<unk>'],
}

/** What a tokenizer_config.json that is silent about special tokens leaves to its class; the generic one and transformers.js need it said. */
function specialTokens(tokenizer: JsonObject): JsonObject {
  const added = Array.isArray(tokenizer.added_tokens) ? tokenizer.added_tokens as { content?: unknown }[] : []
  const contents = new Set(added.map((token) => token?.content))
  const found = Object.entries(usualTokens).map(([role, spellings]) => [role, spellings.find((spelling) => contents.has(spelling))])
  return Object.fromEntries(found.filter(([, spelling]) => spelling !== undefined)) as JsonObject
}
