/** What a person may want to know of their rows before training on them: counts that become notices, never errors. */
import type { Notice } from '../protocol/notices.ts'
import { notice } from '../protocol/notices.ts'
import { listed, quoted } from './wording.ts'

export interface LabelledTexts {
  texts: readonly string[]
  /** Class numbers, one for each text. */
  labels: Int32Array
  targets?: Float32Array
}

/** From this ratio of the largest class to the smallest on, accuracy says little of the small one. */
const STRONG_IMBALANCE = 10

/** Texts are compared among this many rows of a split at most: a JavaScript Map holds 16.7 million, and each takes time and memory. */
export const MOST_COMPARED = 1_000_000

/** What the texts that a training sees have in common. Of a split with more rows than `mostCompared`, only those first ones are compared. */
export function checkTexts(train: LabelledTexts, evaluation: LabelledTexts, mostCompared = MOST_COMPARED): Notice[] {
  const notices: Notice[] = []
  const [comparedTrain, comparedEvaluation] = [first(train, mostCompared), first(evaluation, mostCompared)]
  const { repeated, conflicting, example } = duplicates(comparedTrain)
  if (repeated > 0) notices.push(notice('data.duplicates', { count: repeated, rows: comparedTrain.texts.length }))
  if (example !== undefined) notices.push(notice('data.conflicting-labels', { count: conflicting, example: quoted(example) }))

  const shared = overlap(comparedTrain.texts, comparedEvaluation.texts)
  if (shared > 0) notices.push(notice('data.overlap', { count: shared, rows: comparedEvaluation.texts.length }))
  const rows = Math.max(train.texts.length, evaluation.texts.length)
  if (rows > mostCompared) notices.push(notice('data.compared-part', { count: mostCompared, rows }))
  return notices
}

/** How the rows are spread over the classes. */
export function checkLabels(train: LabelledTexts, evaluation: LabelledTexts, labelNames: readonly string[]): Notice[] {
  const notices: Notice[] = []
  for (const [split, { labels }] of [['training', train], ['evaluation', evaluation]] as const) {
    const absent = missingClasses(labels, labelNames)
    if (absent.length > 0) notices.push(notice('data.class-missing', { split, names: listed(absent) }))
  }
  const { largest, smallest, ratio } = imbalance(train.labels, labelNames)
  if (ratio >= STRONG_IMBALANCE) notices.push(notice('data.imbalance', { largest: quoted(largest), smallest: quoted(smallest), ratio: Math.floor(ratio) }))
  const alike = lookAlikes(labelNames)
  if (alike.length > 0) notices.push(notice('data.labels-alike', { names: listed(alike) }))
  return notices
}

function first(split: LabelledTexts, rows: number): LabelledTexts {
  return split.texts.length <= rows ? split : { texts: split.texts.slice(0, rows), labels: split.labels.subarray(0, rows) }
}

/** How many rows repeat an earlier text, and how many texts stand under more than one label (`example` is the first of them). */
export function duplicates({ texts, labels }: LabelledTexts): { repeated: number, conflicting: number, example?: string } {
  const firstLabel = new Map<string, number>()
  const conflicts = new Set<string>()
  for (const [row, text] of texts.entries()) {
    const first = firstLabel.get(text)
    if (first === undefined) firstLabel.set(text, labels[row])
    else if (first !== labels[row]) conflicts.add(text)
  }
  return { repeated: texts.length - firstLabel.size, conflicting: conflicts.size, example: [...conflicts][0] }
}

/** How many evaluation rows have a text that is trained on. */
export function overlap(train: readonly string[], evaluation: readonly string[]): number {
  const trained = new Set(train)
  return evaluation.filter((text) => trained.has(text)).length
}

/** Rows by class number. */
export function countClasses(labels: Int32Array, classes: number): Int32Array {
  const counts = new Int32Array(classes)
  for (const label of labels) counts[label]++
  return counts
}

export function missingClasses(labels: Int32Array, labelNames: readonly string[]): string[] {
  const counts = countClasses(labels, labelNames.length)
  return labelNames.filter((_, label) => counts[label] === 0)
}

/** The largest class, the smallest that has rows, and how many times larger the one is. */
export function imbalance(labels: Int32Array, labelNames: readonly string[]): { largest: string, smallest: string, ratio: number } {
  const counts = countClasses(labels, labelNames.length)
  const present = labelNames.map((_, label) => label).filter((label) => counts[label] > 0).sort((a, b) => counts[b] - counts[a])
  const [largest, smallest] = [present[0], present[present.length - 1]]
  return { largest: labelNames[largest], smallest: labelNames[smallest], ratio: counts[largest] / counts[smallest] }
}

/** Names that differ from another only in case or in spaces: often one class, written in two ways. */
export function lookAlikes(labelNames: readonly string[]): string[] {
  const bare = labelNames.map((name) => name.replace(/\s+/g, ' ').trim().toLowerCase())
  return labelNames.filter((_, index) => bare.indexOf(bare[index]) !== bare.lastIndexOf(bare[index]))
}
