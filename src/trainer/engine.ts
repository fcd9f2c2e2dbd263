import type { Architecture } from '../models/architecture.ts'
import { paddedRows, targets, UsedRows, type Batch, type Label } from '../models/layouts/batch.ts'
import { DropoutMasks } from '../models/layouts/dropoutMasks.ts'
import { runWith } from '../models/evaluator.ts'
import { packedBatch } from '../models/layouts/packedBatch.ts'
import { paddedBatch } from '../models/layouts/paddedBatch.ts'
import { gradientOf, trainingGraph, type LayoutName, type TrainedParameter, type TrainingGraph } from '../models/trainingGraph.ts'
import { costModel, sizesIn, type Cost } from '../graph/cost.ts'
import { isDecayed } from '../optim/decay.ts'
import { OnnxAdamW } from '../optim/onnxAdamW.ts'
import type { AdamWSettings, Optimizer, Variable } from '../optim/optimizer.ts'
import { WasmAdamW } from '../optim/wasmAdamW.ts'
import type { ProblemType } from '../protocol/problemType.ts'
import type { Device } from '../runtime/device.ts'
import type { DeviceTensor } from '../runtime/deviceTensor.ts'
import type { Binding, Session } from '../runtime/session.ts'
import { hostArray, size } from '../runtime/tensor.ts'
import { Arena } from './arena.ts'

export interface EngineOptions {
  device: Device
  architecture: Architecture
  config: unknown
  labels: number
  /** By default one label for each text. */
  problemType?: ProblemType
  /** `padded` with `onnx` is the plain reference that the fast pair is tested against. */
  layout: LayoutName
  optimizer: 'wasm' | 'onnx'
  settings: AdamWSettings & { seed: number }
  gradientAccumulationSteps: number
  padTokenId: number
}

export interface Example {
  ids: Int32Array
  label: Label
}

export interface StepResult {
  /** Mean over the rows of the effective batch. */
  loss: number
  /** Of the gradient, before clipping. */
  gradNorm: number
}

/** One training step: forward and backward pass by ONNX Runtime for each micro-batch, then the update. */
export class Engine {
  readonly optimizer: Optimizer
  readonly #options: EngineOptions
  readonly #graph: TrainingGraph
  readonly #session: Session
  readonly #binding: Binding
  readonly #masks: DropoutMasks
  readonly #arena: Arena
  readonly #loss = hostArray('float32', 1)
  readonly #tables: readonly TrainedParameter[]
  readonly #positionsAfter: number | undefined
  /** Of the last update: which rows of each table its gradient is for. */
  #rows: ReadonlyMap<string, Int32Array> = new Map()

  constructor(options: EngineOptions) {
    const { device } = options
    this.#options = options
    this.#positionsAfter = options.architecture.positionsAfter?.(options.config)
    this.#graph = trainingGraph(options.architecture, options.config, options.labels, options.layout, options.problemType)
    this.#tables = this.#graph.parameters.filter(({ lookup }) => lookup)
    const variables = this.#graph.parameters.map(toVariable)
    const accumulates = options.gradientAccumulationSteps > 1
    this.optimizer = options.optimizer === 'wasm'
      ? new WasmAdamW(variables, options.settings, accumulates)
      : new OnnxAdamW(device, variables, options.settings, accumulates)
    this.#masks = new DropoutMasks(this.#graph.sites)
    this.#arena = new Arena(device)
    this.#session = device.load(this.#graph.model.bytes)
    this.#binding = this.#session.bind().output('loss', device.tensor({ dtype: 'float32', shape: [], data: this.#loss }))
    for (const { name, shape, lookup } of this.#graph.parameters) {
      this.#binding.input(name, device.tensor({ dtype: 'float32', shape, data: this.optimizer.slots.get(name)!.value }))
      if (!lookup) this.#binding.output(gradientOf(name), device.tensor({ dtype: 'float32', shape, data: this.optimizer.target(name) }))
    }
  }

  /** Trains on an effective batch, given as its micro-batches. `step` counts from 1. */
  async step(micro: readonly (readonly Example[])[], { step, learningRate }: { step: number; learningRate: number }): Promise<StepResult> {
    const examples = micro.flat()
    const used = new UsedRows(examples.map(({ ids }) => ids), this.#positionsAfter)
    const rows = new Map(this.#tables.map(({ name, lookup }) => [name, used.rows.get(lookup!)!]))
    this.#rows = rows
    this.optimizer.settle(rows)
    let loss = 0
    let firstText = 0
    for (const [i, batch] of micro.entries()) {
      loss += await this.#backward(batch, used, { step, firstText, weight: 1 / examples.length })
      this.optimizer.accumulate(i === 0, rows)
      firstText += batch.length
    }
    return { loss, gradNorm: await this.optimizer.step({ learningRate, step, rows }) }
  }

  /** A parameter's gradient in the last update, before clipping; of a table all rows. A copy. */
  gradient(name: string): Float32Array {
    const { shape, table, gradient } = this.optimizer.slots.get(name)!
    if (!table || this.#options.optimizer === 'onnx') return gradient.slice()
    const dense = new Float32Array(size(shape))
    const [, width] = shape
    this.#rows.get(name)!.forEach((row, i) => dense.set(gradient.subarray(i * width, (i + 1) * width), row * width))
    return dense
  }

  /** What the forward and backward pass over each of these batches costs, given by the lengths of their texts. */
  costs(batches: readonly Int32Array[]): Cost[] {
    const costOf = costModel(this.#graph.outputs)
    return batches.map((lengths) => {
      const texts = Array.from(lengths, (length) => Int32Array.from({ length }, (_, place) => place))
      return costOf(sizesIn(this.#graph.model.inputs, this.#batch(texts, new UsedRows(texts, this.#positionsAfter)).feeds))
    })
  }

  dispose(): void {
    this.#binding.dispose()
    this.#session.dispose()
  }

  /** Leaves the gradient of Σ weight · row losses in the optimiser's targets and returns that sum. */
  async #backward(examples: readonly Example[], used: UsedRows, { step, firstText, weight }: { step: number; firstText: number; weight: number }): Promise<number> {
    const { device, labels, settings: { seed } } = this.#options
    const batch = this.#batch(examples.map(({ ids }) => ids), used)
    const feeds = {
      ...batch.feeds,
      ...this.#masks.feeds(batch, { seed, step, firstText }),
      ...targets(examples.map(({ label }) => label), labels, weight),
    }
    await this.#arena.before({ tokens: batch.tokenText.length, ...batch })
    const rowGradients = this.#bindRowGradients(batch)
    await runWith(this.#binding, device, this.#graph.model.inputs, feeds)
    rowGradients.forEach((tensor) => tensor.dispose())
    return this.#loss[0]
  }

  #batch(texts: readonly Int32Array[], used: UsedRows): Batch {
    return this.#options.layout === 'packed' ? packedBatch(texts, used) : paddedBatch(texts, this.#options.padTokenId, this.#positionsAfter)
  }

  /** The gradient of a table has as many rows as this batch looks up. */
  #bindRowGradients({ feeds }: Batch): DeviceTensor[] {
    return this.#tables.map(({ name, shape, lookup }) => {
      const rows = feeds[`${lookup}.rows`].data.length
      const data = this.optimizer.target(name).subarray(0, rows * shape[1])
      const tensor = this.#options.device.tensor({ dtype: 'float32', shape: [rows, shape[1]], data })
      this.#binding.output(gradientOf(name), tensor)
      return tensor
    })
  }
}

function toVariable({ name, shape, lookup }: TrainedParameter): Variable {
  const gradientLength = lookup ? paddedRows(shape[0]) * shape[1] : size(shape)
  return { name, shape, decay: isDecayed(name), table: lookup !== undefined, gradientLength }
}
