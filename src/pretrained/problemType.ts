/** What a checkpoint's config.json says that its outputs are. */
import { problemTypes, type ProblemType } from '../protocol/problemType.ts'
import { labelNames } from './labels.ts'
import type { Pretrained } from './pretrained.ts'

/** As transformers' classes take it: without `problem_type` one output is a number, several are labels of which a text has one. */
export function problemTypeOf(pretrained: Pick<Pretrained, 'folder' | 'config'>): ProblemType {
  const said = pretrained.config.problem_type
  const known = problemTypes.find((each) => each === said)
  return known ?? (labelNames(pretrained).length === 1 ? 'regression' : 'single_label_classification')
}

/** How logits become scores, as in `pipeline('text-classification')`: a regression's stay, several labels at once have a probability each. */
export function scoring(pretrained: Pick<Pretrained, 'folder' | 'config'>): (logits: ArrayLike<number>) => number[] {
  const { problem_type } = pretrained.config
  if (problem_type === 'regression') return (logits) => Array.from(logits)
  if (problem_type === 'multi_label_classification' || labelNames(pretrained).length === 1) return (logits) => Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)))
  return softmax
}

/** In double. */
function softmax(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits)
  const largest = Math.max(...values)
  const weights = values.map((logit) => Math.exp(logit - largest))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}
