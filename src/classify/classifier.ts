import { loadTokenizer } from '../data/tokenizer.ts'
import type { Architecture } from '../models/architecture.ts'
import { Evaluator } from '../models/evaluator.ts'
import { labelNames } from '../pretrained/labels.ts'
import { resolveTrained } from '../pretrained/parameters.ts'
import { padded, paddedInputs } from '../models/layouts/padded.ts'
import { parametersOf } from '../models/parameterList.ts'
import { problemTypeOf, scoring } from '../pretrained/problemType.ts'
import { openPretrained, type Pretrained } from '../pretrained/pretrained.ts'
import { architectureOf } from '../models/registry.ts'
import type { ProblemType } from '../protocol/problemType.ts'
import type { Prediction } from '../protocol/prediction.ts'
import { openCpu } from '../runtime/device.ts'
import { threadBudget } from '../runtime/threads.ts'
import { hostArray, size } from '../runtime/tensor.ts'

/** About as many tokens as one run of the model takes, in texts of like length: little is padding, and what a layer gives still lies in the caches for the next. */
const tokensOfRun = 512

export interface Classifier {
  readonly labels: readonly string[]
  readonly problemType: ProblemType
  /** The longest text, in tokens, that the model reads; what is beyond is cut off. */
  readonly maxLength: number
  readonly tokens: (text: string) => Int32Array
  readonly evaluator: Evaluator
  /** Predictions in the order of the texts. `top_k`: only so many of the labels. */
  classify(texts: readonly string[], options?: { top_k?: number }): Promise<Prediction[]>
  close(): Promise<void>
}

export interface ClassifierOptions {
  max_length?: number | null
  /** For a few texts and no more: it starts sooner and takes less memory, but longer for each text. */
  few?: boolean
}

/**
 * Opens a finished model: a run folder, or any folder of a classifier that save_pretrained wrote.
 * @throws UserError where something is missing or not supported
 */
export async function openClassifier(folder: string, options: ClassifierOptions = {}): Promise<Classifier> {
  const pretrained = await openPretrained(folder)
  const labels = labelNames(pretrained)
  const architecture = architectureOf(pretrained.config.model_type)
  const config = architecture.readConfig(pretrained.config)
  const tokenizer = await loadTokenizer(folder, { ...architecture.limits(config), maxLength: options.max_length })
  const values = await readParameters(pretrained, architecture, config, labels.length)
  const evaluator = new Evaluator(openCpu(threadBudget()), architecture, config, labels.length, (name) => values.get(name)!, { frozen: !options.few })
  const scores = scoring(pretrained)
  const tokens = (text: string) => tokenizer.encode(text).ids
  return {
    labels,
    problemType: problemTypeOf(pretrained),
    maxLength: tokenizer.maxLength,
    tokens,
    evaluator,
    classify: (texts, { top_k = labels.length } = {}) => classify(texts, { labels, scores, tokens, evaluator, top_k }),
    close: async () => evaluator.dispose(),
  }
}

async function readParameters(pretrained: Pretrained, architecture: Architecture, config: unknown, labels: number): Promise<Map<string, Float32Array>> {
  const { prefix, spare, className } = architecture
  const parameters = parametersOf(architecture.logits(config, labels, padded(paddedInputs(), false)))
  const values = new Map<string, Float32Array>()
  for (const { name, shape, tensor } of resolveTrained({ parameters, prefix, spare, className }, pretrained)) {
    const value = hostArray('float32', size(shape))
    await pretrained.weights.readInto(tensor, value)
    values.set(name, value)
  }
  return values
}

async function classify(texts: readonly string[], { labels, scores, tokens, evaluator, top_k }: Pick<Classifier, 'labels' | 'tokens' | 'evaluator'> & { scores: Scores; top_k: number }): Promise<Prediction[]> {
  const encoded = texts.map(tokens)
  const byLength = [...texts.keys()].sort((a, b) => encoded[a].length - encoded[b].length || a - b)
  const predictions = new Array<Prediction>(texts.length)
  for (let from = 0, batch: number[]; from < texts.length; from += batch.length) {
    batch = byLength.slice(from, from + Math.max(1, Math.floor(tokensOfRun / encoded[byLength[from]].length)))
    const logits = await evaluator.logits(batch.map((text) => encoded[text]))
    batch.forEach((text, i) => {
      predictions[text] = prediction(texts[text], scores(logits.subarray(i * labels.length, (i + 1) * labels.length)), labels, top_k)
    })
  }
  return predictions
}

type Scores = ReturnType<typeof scoring>

/** Equal scores stay in label order, as in transformers' pipeline. */
function prediction(text: string, values: readonly number[], labels: readonly string[], top_k: number): Prediction {
  const scores = labels.map((label, i) => ({ label, score: values[i] })).sort((a, b) => b.score - a.score)
  return { text, label: scores[0].label, score: scores[0].score, scores: scores.slice(0, top_k) }
}
