/**
 * Where each parameter of a classifier comes from: a tensor of the checkpoint, or fresh from a seed.
 * The base model must be there whole; a head is kept only if it was made for the same labels, and every decision is told as a notice.
 */
import { UserError } from '../protocol/errors.ts'
import type { ProblemType } from '../protocol/problemType.ts'
import { notice } from '../protocol/notices.ts'
import type { Notice } from '../protocol/notices.ts'
import { isTrainable } from './dtypes.ts'
import type { Beginning, FreshParameters } from './initialise.ts'
import { labelNames } from './labels.ts'
import { problemTypeOf } from './problemType.ts'
import type { Pretrained } from './pretrained.ts'
import type { TensorEntry } from './safetensors.ts'
import type { Weights } from './weights.ts'

export interface NamedShape {
  name: string
  shape: readonly number[]
}

/** A parameter under Hugging Face's full name, with the base model's prefix: `distilbert.transformer.layer.0.attention.q_lin.weight`. */
export interface ParameterSpec extends NamedShape {
  /** How it begins when it is new. */
  init: Beginning
  /** Belongs to the classification head, not to the base model. */
  head: boolean
  /** Not of the head, but checkpoints may lack it (BERT's pooler, which masked-language models have not): it is then new, with a notice. */
  optional: boolean
}

/** `tensor` is the name in the checkpoint; without it the parameter is new. */
export interface ParameterSource { spec: ParameterSpec, tensor: string | undefined }

export interface Resolution {
  sources: ParameterSource[]
  /** Whether the checkpoint's classification head stays. */
  headKept: boolean
  notices: Notice[]
}

/** The classifier that is wanted. */
export interface Wanted {
  /** Of the whole classifier, head included. */
  parameters: readonly NamedShape[]
  /** The base model's prefix with its dot: `distilbert.`. A checkpoint of the base model alone has no prefix. */
  prefix: string
  /** Beginnings of the names of parameters that checkpoints may lack. */
  spare?: readonly string[]
  /** transformers' class: `DistilBertForSequenceClassification`. */
  className: string
  /** In the order of the logits. */
  labels: readonly string[]
  /** By default one label for each text. */
  problemType?: ProblemType
}

/**
 * Finds every parameter in the checkpoint, or decides that it is new. Throws a UserError for a missing or misshapen tensor of the base model.
 * Only headers are read.
 */
export function resolveParameters(wanted: Wanted, pretrained: Pretrained): Resolution {
  const { weights } = pretrained
  const specs = specsOf(wanted)
  const head = headNotice(wanted, specs, pretrained)
  const headKept = head.code === 'model.head-kept'
  const sources = specs.map((spec) => ({ spec, tensor: spec.head && !headKept ? undefined : findTensor(weights, spec.name, wanted.prefix) }))
  checkBase(sources, weights)
  const fresh = sources.filter(({ spec, tensor }) => spec.optional && tensor === undefined).map(({ spec }) => spec.name)
  const notices = [head, ...listNotice('model.parameters-new', fresh), ...leftoverNotices(wanted.prefix, sources, weights)]
  return { sources, headKept, notices }
}

/** The same for a finished model, which is to be used as it is: nothing of it may be new. */
export function resolveTrained(wanted: Omit<Wanted, 'labels' | 'problemType'>, pretrained: Pretrained): (NamedShape & { tensor: string })[] {
  const { sources } = resolveParameters({ ...wanted, labels: labelNames(pretrained), problemType: problemTypeOf(pretrained) }, pretrained)
  return sources.map(({ spec: { name, shape }, tensor }) => {
    if (tensor === undefined) throw new UserError('model.not-trained', { folder: pretrained.folder, name })
    return { name, shape, tensor }
  })
}

/** Fills `target` with the parameter: from the checkpoint, or new. */
export async function loadParameter({ spec, tensor }: ParameterSource, weights: Weights, fresh: FreshParameters, target: Float32Array): Promise<void> {
  if (tensor === undefined) fresh.fill(target, spec.init, spec.name)
  else await weights.readInto(tensor, target)
}

/** New parameters begin as in transformers, by their kind: biases are zeros, other vectors are a LayerNorm's weight, matrices are drawn. */
function specsOf({ parameters, prefix, spare = [] }: Pick<Wanted, 'parameters' | 'prefix' | 'spare'>): ParameterSpec[] {
  return parameters.map(({ name, shape }) => {
    const optional = spare.some((beginning) => name.startsWith(beginning))
    return {
      name,
      shape,
      init: name.endsWith('.bias') ? 'zeros' : shape.length === 1 ? 'ones' : 'normal',
      head: !name.startsWith(prefix) && !optional,
      optional,
    }
  })
}

/** The name under which a checkpoint has a parameter: without the prefix where it is the base model's alone, with a LayerNorm's older names. */
export function findTensor(weights: Weights, name: string, prefix: string): string | undefined {
  const bare = name.startsWith(prefix) ? [name.slice(prefix.length)] : []
  return [name, ...bare].flatMap((candidate) => [candidate, legacyName(candidate)]).find((candidate) => weights.entry(candidate))
}

/** Checkpoints converted from TensorFlow, the first BERTs among them, call a LayerNorm's weight and bias gamma and beta. */
function legacyName(name: string): string {
  return name.replace(/(norm)\.weight$/i, '$1.gamma').replace(/(norm)\.bias$/i, '$1.beta')
}

function checkBase(sources: readonly ParameterSource[], weights: Weights): void {
  const missing = sources.filter(({ spec, tensor }) => tensor === undefined && !spec.head && !spec.optional)
  if (missing.length > 0) {
    throw new UserError('model.parameter-missing', { file: weights.path, name: missing[0].spec.name, count: missing.length, total: sources.length })
  }
  for (const { spec, tensor } of sources) {
    if (tensor !== undefined) checkTensor(spec, weights.entry(tensor)!, weights.path)
  }
}

function checkTensor(spec: ParameterSpec, { name, shape, dtype }: TensorEntry, file: string): void {
  if (shape.join() !== spec.shape.join()) {
    throw new UserError('model.parameter-shape', { file, tensor: name, actual: shape.join(', '), expected: spec.shape.join(', ') })
  }
  if (!isTrainable(dtype)) throw new UserError('model.tensor-type', { file, tensor: name, dtype })
}

/** What becomes of the checkpoint's head. It is kept only if it is whole and was made for the same class of model and the same labels in the same order. */
function headNotice({ className, labels, problemType = 'single_label_classification' }: Wanted, specs: readonly ParameterSpec[], pretrained: Pretrained): Notice {
  const { architectures } = pretrained.config
  const headNames = specs.filter((spec) => spec.head).map((spec) => spec.name)
  const present = headNames.filter((name) => pretrained.weights.entry(name))
  const count = labels.length
  const ofNew = problemType === 'regression' ? notice('model.head-new-number', {}) : notice('model.head-new', { count })
  if (present.length === 0) return ofNew
  const task = Array.isArray(architectures) ? String(architectures[0]) : 'unknown'
  if (task !== className) return notice('model.head-other-task', { task, count })
  const theirProblem = problemTypeOf(pretrained)
  if (theirProblem !== problemType) return notice('model.head-other-task', { task: theirProblem, count })
  const theirs = labelNames(pretrained)
  if (theirs.length !== count || theirs.some((label, index) => label !== labels[index])) {
    return notice('model.head-other-labels', { theirs: someOf(theirs), ours: someOf(labels) })
  }
  if (present.length < headNames.length) return ofNew
  return notice('model.head-kept', { count })
}

/** Tensors of the checkpoint that nobody asked for: heads of other tasks, or parts of the base model that config.json leaves out. */
function leftoverNotices(prefix: string, sources: readonly ParameterSource[], weights: Weights): Notice[] {
  const wanted = new Set(sources.flatMap(({ spec, tensor }) => [spec.name, tensor]))
  // Integers are no parameters but buffers that older versions saved, such as position_ids.
  const leftovers = weights.names().filter((name) => !wanted.has(name) && isTrainable(weights.entry(name)!.dtype))
  const baseParts = new Set(sources.filter(({ spec }) => !spec.head).map(({ spec }) => firstPart(spec.name.slice(prefix.length))))
  const ofBase = (name: string): boolean => name.startsWith(prefix) || baseParts.has(firstPart(name))
  return [
    ...listNotice('model.leftover-heads', leftovers.filter((name) => !ofBase(name))),
    ...listNotice('model.leftover-base', leftovers.filter(ofBase)),
  ]
}

function firstPart(name: string): string {
  return name.split('.', 1)[0]
}

function listNotice(code: 'model.parameters-new' | 'model.leftover-heads' | 'model.leftover-base', names: readonly string[]): Notice[] {
  return names.length === 0 ? [] : [notice(code, { count: names.length, names: someOf(names) })]
}

/** The first few, so that a message stays one line. */
function someOf(names: readonly string[]): string {
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')}, … (${names.length})`
}
