/** batches.json: what the model was given, padded, with its labels. */
import { z } from 'zod'
import type { Label } from '../src/models/layouts/batch.ts'
import type { ProblemType } from '../src/protocol/problemType.ts'
import type { Example } from '../src/trainer/stepInputs.ts'
import { readJson } from './files.ts'
import type { Limits } from './model.ts'
import { Unreadable } from './unreadable.ts'

const integers = z.array(z.array(z.int().min(0)))
const schema = z.object({
  batches: z.array(z.object({
    input_ids: integers,
    attention_mask: integers,
    token_type_ids: integers.optional(),
    /** Class numbers, or numbers that outputs should have: one for each text, or one for each output. */
    labels: z.array(z.union([z.number(), z.array(z.number())])).min(1),
  })).min(1),
})
type PaddedBatch = z.output<typeof schema>['batches'][number]

/** The texts of each batch as their real tokens, held against what the model has room for. */
export function readBatches(path: string, limits: Limits): Example[][] {
  return readJson(path, schema).batches.map((batch, i) => {
    const examples = batch.labels.map((label, row) => readRow(batch, row, asLabel(label, limits.problemType), `${path}: batch ${i}, row ${row}`))
    if (batch.input_ids.length !== examples.length) throw new Unreadable(`${path}: batch ${i} has ${batch.input_ids.length} texts and ${examples.length} labels`)
    examples.forEach((example, row) => check(example, limits, `${path}: batch ${i}, row ${row}`))
    return examples
  })
}

function readRow({ input_ids, attention_mask, token_type_ids }: PaddedBatch, row: number, label: Label, place: string): Example {
  const ids = input_ids[row]
  const mask = attention_mask[row]
  if (!ids || mask?.length !== ids.length) throw new Unreadable(`${place}: input_ids and attention_mask are not of one length`)
  const length = mask.reduce((sum, value) => sum + value, 0)
  if (mask.some((value, place) => value !== (place < length ? 1 : 0))) throw new Unreadable(`${place}: the padding is not all at the right, as Trainer has it`)
  if (token_type_ids?.[row]?.slice(0, length).some((type) => type !== 0)) throw new Unreadable(`${place}: token_type_ids other than 0 belong to pairs of texts, which are not trained here`)
  return { ids: Int32Array.from(ids.slice(0, length)), label }
}

function asLabel(label: number | number[], problemType: ProblemType): Label {
  if (problemType === 'single_label_classification' && typeof label === 'number') return label
  return Float32Array.from(typeof label === 'number' ? [label] : label)
}

function check({ ids, label }: Example, limits: Limits, place: string): void {
  if (ids.length === 0 || ids.length > limits.maxPositions) throw new Unreadable(`${place}: ${ids.length} tokens, where the model takes 1 to ${limits.maxPositions}`)
  if (ids.some((id) => id >= limits.vocabSize)) throw new Unreadable(`${place}: a token beyond the model's ${limits.vocabSize}`)
  if (typeof label !== 'number') {
    const isFit = label.length === limits.labels && limits.problemType !== 'single_label_classification'
    if (!isFit) throw new Unreadable(`${place}: labels [${label.join(', ')}], where config.json says ${limits.problemType} of ${limits.labels}`)
  } else if (!Number.isInteger(label) || label < 0 || label >= limits.labels) throw new Unreadable(`${place}: label ${label}, where the model has ${limits.labels}`)
}

/** How a reference step was cut: sizes of its micro-batches, or only how many there were. */
export interface Cut {
  micro_rows?: readonly number[]
  micro_losses?: readonly number[]
}

/**
 * The rows of all batches in turn, over again when they are used up, cut into the micro-batches of each step: by `micro_rows`, or
 * else as the batches are, so many to a step.
 */
export function microBatches(batches: readonly Example[][], steps: readonly Cut[], accumulation: number): Example[][][] {
  const rows = batches.flat()
  let batch = 0
  let row = 0
  const batchRows = (count: number) => Array.from({ length: count }, () => batches[batch++ % batches.length].length)
  return steps.map(({ micro_rows, micro_losses }) => {
    const sizes = micro_rows ?? batchRows(micro_losses?.length ?? accumulation)
    return sizes.map((size) => Array.from({ length: size }, () => rows[row++ % rows.length]))
  })
}
