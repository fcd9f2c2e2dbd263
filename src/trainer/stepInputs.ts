import type { Architecture } from '../models/architecture.ts'
import { targets, UsedRows, type Batch, type Label } from '../models/layouts/batch.ts'
import { DropoutMasks } from '../models/layouts/dropoutMasks.ts'
import { packedBatch } from '../models/layouts/packedBatch.ts'
import { paddedBatch } from '../models/layouts/paddedBatch.ts'
import type { LayoutName, TrainedParameter, TrainingGraph } from '../models/trainingGraph.ts'
import { costModel, sizesIn, type Cost } from '../graph/cost.ts'

export interface StepInputsOptions {
  architecture: Architecture
  config: unknown
  labels: number
  layout: LayoutName
  seed: number
  padTokenId: number
}

export interface Example {
  ids: Int32Array
  label: Label
}

/** What a training graph is fed: batches in its layout, dropout masks, targets. */
export class StepInputs {
  readonly tables: readonly TrainedParameter[]
  readonly #options: StepInputsOptions
  readonly #graph: TrainingGraph
  readonly #masks: DropoutMasks
  readonly #positionsAfter: number | undefined

  constructor(graph: TrainingGraph, options: StepInputsOptions) {
    this.#graph = graph
    this.#options = options
    this.#masks = new DropoutMasks(graph.sites)
    this.#positionsAfter = options.architecture.positionsAfter?.(options.config)
    this.tables = graph.parameters.filter(({ lookup }) => lookup)
  }

  /** Which rows of each kind an effective batch uses, and of each table. */
  used(examples: readonly Example[]): { used: UsedRows, rows: ReadonlyMap<string, Int32Array> } {
    const used = this.#used(examples.map(({ ids }) => ids))
    return { used, rows: new Map(this.tables.map(({ name, lookup }) => [name, used.rows.get(lookup!)!])) }
  }

  /** A micro-batch, whose first text is the `firstText`-th of its step; each row's loss counts `weight`. */
  of(examples: readonly Example[], used: UsedRows, { step, firstText, weight }: { step: number; firstText: number; weight: number }): Batch {
    const batch = this.#batch(examples.map(({ ids }) => ids), used)
    const feeds = {
      ...batch.feeds,
      ...this.#masks.feeds(batch, { seed: this.#options.seed, step, firstText }),
      ...targets(examples.map(({ label }) => label), this.#options.labels, weight),
    }
    return { ...batch, feeds }
  }

  /** What the forward and backward pass over each of these batches costs, given by the lengths of their texts. */
  costs(batches: readonly Int32Array[]): Cost[] {
    const costOf = costModel(this.#graph.outputs)
    return batches.map((lengths) => {
      const texts = Array.from(lengths, (length) => Int32Array.from({ length }, (_, place) => place))
      return costOf(sizesIn(this.#graph.model.inputs, this.#batch(texts, this.#used(texts)).feeds))
    })
  }

  #used(texts: readonly Int32Array[]): UsedRows {
    return new UsedRows(texts, this.#positionsAfter)
  }

  #batch(texts: readonly Int32Array[], used: UsedRows): Batch {
    return this.#options.layout === 'packed' ? packedBatch(texts, used, this.#graph.attentionGroups) : paddedBatch(texts, this.#options.padTokenId, this.#positionsAfter)
  }
}
