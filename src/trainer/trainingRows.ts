import type { Split } from '../data/dataset.ts'
import { epochOrder } from '../random/mt19937.ts'
import type { Settings } from '../protocol/settings.ts'
import type { Example } from './stepInputs.ts'
import type { Plan } from './stepPlan.ts'

/** Which rows a step trains on, in Trainer's order: each epoch is torch.randperm with seed + epoch. */
export class TrainingRows {
  readonly #split: Split
  readonly #settings: Settings
  readonly #plan: Plan
  readonly #tokens: (rows: Int32Array) => Promise<Int32Array[]>
  #order: { epoch: number; rows: Int32Array } | undefined

  constructor(split: Split, settings: Settings, plan: Plan, tokens: (rows: Int32Array) => Promise<Int32Array[]>) {
    this.#split = split
    this.#settings = settings
    this.#plan = plan
    this.#tokens = tokens
  }

  /** The effective batch of a step (from 1), as micro-batches; the last of an epoch may be short. */
  async ofStep(step: number): Promise<Example[][]> {
    const rows = this.#rowsOf(step)
    const ids = await this.#tokens(rows)
    const examples = ids.map((tokens, i) => ({ ids: tokens, label: labelOf(this.#split, rows[i]) }))
    const { per_device_train_batch_size: size } = this.#settings
    return Array.from({ length: Math.ceil(examples.length / size) }, (_, i) => examples.slice(i * size, (i + 1) * size))
  }

  /** Rows still to be trained on, over all epochs. */
  remainingAfter(step: number): number {
    const perStep = this.#rowsPerStep
    const { maxSteps, stepsPerEpoch } = this.#plan.steps
    const before = (steps: number) => Math.floor(steps / stepsPerEpoch) * this.#split.texts.length + (steps % stepsPerEpoch) * perStep
    return before(maxSteps) - before(step)
  }

  /** Where a step's rows come from, for a message: `train.csv, rows 7, 3, 12`, at most 16 of them. */
  namesOfStep(step: number): string {
    const rows = this.#rowsOf(step)
    const numbers = new Map<string, number[]>()
    for (const row of rows.subarray(0, 16)) {
      const { file, row: number } = this.#split.locate(row)
      numbers.set(file, [...numbers.get(file) ?? [], number])
    }
    const places = [...numbers].map(([file, rows]) => `${file}, rows ${rows.join(', ')}`)
    return [...places, ...rows.length > 16 ? [`and ${rows.length - 16} more`] : []].join('; ')
  }

  get #rowsPerStep(): number {
    return rowsPerStep(this.#settings)
  }

  #rowsOf(step: number): Int32Array {
    const { epoch, index } = this.#plan.placeOf(step)
    if (this.#order?.epoch !== epoch) this.#order = { epoch, rows: epochOrder(this.#split.texts.length, this.#settings.seed, epoch) }
    return this.#order.rows.subarray(index * this.#rowsPerStep, (index + 1) * this.#rowsPerStep)
  }
}

function labelOf({ labels, targets, texts }: Split, row: number): Example['label'] {
  const width = targets && targets.length / texts.length
  return width === undefined ? labels[row] : targets!.slice(row * width, (row + 1) * width)
}

function rowsPerStep({ per_device_train_batch_size, gradient_accumulation_steps }: Settings): number {
  return per_device_train_batch_size * gradient_accumulation_steps
}

/** All rows in the order in which they come next: the rest of the epoch under way after `step` steps, then those it had before. */
export function comingRows(rows: number, settings: Settings, plan: Plan, step: number): Int32Array {
  const { epoch, index } = plan.placeOf(step + 1)
  const order = epochOrder(rows, settings.seed, epoch)
  const done = index * rowsPerStep(settings)
  return Int32Array.from([...order.subarray(done), ...order.subarray(0, done)])
}
