/** Classification by transformers.js on the ONNX file that a run exported, so that every use of it proves the export. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AutoModelForSequenceClassification, AutoTokenizer, env, Tensor } from '@huggingface/transformers'
import type { PreTrainedModel, PreTrainedTokenizer } from '@huggingface/transformers'
import { architectureOf } from '../models/registry.ts'
import { labelNames } from '../pretrained/labels.ts'
import { scoring } from '../pretrained/problemType.ts'
import { readConfig } from '../pretrained/pretrained.ts'
import type { ModelConfig } from '../pretrained/pretrained.ts'
import { UserError } from '../protocol/errors.ts'
import type { Prediction } from '../protocol/prediction.ts'
import type { Classified, ClassifyParams } from '../protocol/workerRequests.ts'

env.allowRemoteModels = false
env.useFSCache = false
env.localModelPath = ''

/** Of a longer text only so many characters are read: more than any model takes, and soon tokenised. */
const longestText = 200_000
/** Texts that one run of the model takes: of like length, so that little of it is padding. */
const batchSize = 16

interface Model {
  model: PreTrainedModel
  tokenizer: PreTrainedTokenizer
  labels: string[]
  scores: ReturnType<typeof scoring>
  /** Of one text, with the special ones. */
  maxTokens: number
  /** How many special tokens end a text. */
  specialsBehind: number
}

/** A model that is loaded, or being loaded, and how many work with it. */
interface Loaded {
  key: string
  model: Promise<Model>
  users: number
}

/** The model that was asked for last stays loaded. */
let last: Loaded | undefined

/** Predictions in the order of the texts. Throws between two batches once `signal` aborts. */
export async function classify({ folder, texts }: ClassifyParams, signal?: AbortSignal): Promise<Classified> {
  const loaded = load(folder, await identity(folder))
  loaded.users++
  try {
    return await predict(await loaded.model, texts, signal)
  } finally {
    loaded.users--
    release(loaded)
  }
}

async function predict(model: Model, texts: readonly string[], signal?: AbortSignal): Promise<Classified> {
  const { maxTokens } = model
  const start = performance.now()
  const encoded = texts.map((text) => encode(model, text))
  const byLength = [...texts.keys()].sort((a, b) => encoded[a].ids.length - encoded[b].ids.length || a - b)
  const predictions = new Array<Prediction>(texts.length)
  for (let from = 0; from < texts.length; from += batchSize) {
    signal?.throwIfAborted()
    const batch = byLength.slice(from, from + batchSize)
    const rows = await logits(model, batch.map((text) => encoded[text].ids))
    batch.forEach((text, index) => { predictions[text] = prediction(texts[text], model.scores(rows[index]), model.labels) })
  }
  return { predictions, truncated: encoded.map(({ truncated }) => truncated), maxTokens, milliseconds: performance.now() - start }
}

/** Tells the file of a model from another that lies in its place later on, as when a run is deleted and trained again. */
async function identity(folder: string): Promise<string> {
  try {
    const { ino, mtimeMs, size } = await stat(join(folder, 'onnx', 'model.onnx'))
    return JSON.stringify([ino, mtimeMs, size])
  } catch {
    throw new UserError('classify.no-onnx', { folder })
  }
}

function load(folder: string, file: string): Loaded {
  const key = JSON.stringify([folder, file])
  if (last?.key === key) return last
  const [earlier, loaded] = [last, { key, model: open(folder), users: 0 }]
  last = loaded
  // What could not be loaded may be put right: it is tried again.
  loaded.model.catch(() => { if (last === loaded) last = undefined })
  if (earlier) release(earlier)
  return loaded
}

/** Lets go of a model that is not the last one any more, once nobody works with it. */
function release(loaded: Loaded): void {
  if (loaded === last || loaded.users > 0) return
  loaded.model.then(({ model }) => model.dispose(), () => undefined).catch((error) => console.error(error))
}

async function open(folder: string): Promise<Model> {
  const config = await readConfig(folder)
  const tokenizer = await AutoTokenizer.from_pretrained(folder)
  const model = await AutoModelForSequenceClassification.from_pretrained(folder, { dtype: 'fp32', device: 'cpu' })
  return {
    model, tokenizer,
    labels: labelNames({ folder, config }),
    scores: scoring({ folder, config }),
    maxTokens: Math.min(tokenizer.model_max_length, positions(config)),
    specialsBehind: countSpecialsBehind(tokenizer),
  }
}

/** How many tokens the model takes; Infinity for a family that cannot be trained here, whose tokenizer must know. */
function positions(config: ModelConfig): number {
  try {
    const architecture = architectureOf(config.model_type)
    return architecture.limits(architecture.readConfig(config)).maxPositions
  } catch (error) {
    if (error instanceof UserError) return Infinity
    throw error
  }
}

function countSpecialsBehind(tokenizer: PreTrainedTokenizer): number {
  const [whole, content] = [true, false].map((add_special_tokens) => tokenizer.encode('a', { add_special_tokens }))
  return whole.length - content.length - whole.findIndex((_, start) => content.every((id, place) => whole[start + place] === id))
}

/** Truncated as Python's tokenizer does it, before the special tokens at the end; transformers.js cuts those off (4.3). */
function encode({ tokenizer, maxTokens, specialsBehind }: Model, text: string): { ids: number[], truncated: boolean } {
  const ids = tokenizer.encode(text.slice(0, longestText))
  if (ids.length <= maxTokens) return { ids, truncated: text.length > longestText }
  return { ids: [...ids.slice(0, maxTokens - specialsBehind), ...ids.slice(ids.length - specialsBehind)], truncated: true }
}

async function logits({ model, tokenizer }: Model, batch: number[][]): Promise<number[][]> {
  const longest = Math.max(...batch.map((ids) => ids.length))
  const rows = (value: (id: number | undefined) => number) => {
    const values = batch.flatMap((ids) => Array.from({ length: longest }, (_, place) => BigInt(value(ids[place]))))
    return new Tensor('int64', BigInt64Array.from(values), [batch.length, longest])
  }
  const output = await model({ input_ids: rows((id) => id ?? tokenizer.pad_token_id ?? 0), attention_mask: rows((id) => id === undefined ? 0 : 1) })
  return output.logits.tolist()
}

/** Equal scores stay in label order, as in transformers' pipeline. */
function prediction(text: string, row: number[], labels: string[]): Prediction {
  const scores = row.map((score, index) => ({ label: labels[index], score })).sort((a, b) => b.score - a.score)
  return { text, label: scores[0].label, score: scores[0].score, scores }
}
