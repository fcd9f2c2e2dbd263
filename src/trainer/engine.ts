import type { Architecture } from '../models/architecture.ts'
import { paddedRows, type Batch } from '../models/layouts/batch.ts'
import { runWith } from '../models/evaluator.ts'
import { gradientOf, trainingGraph, type LayoutName, type TrainedParameter, type TrainingGraph } from '../models/trainingGraph.ts'
import type { Cost } from '../graph/cost.ts'
import { isDecayed } from '../optim/decay.ts'
import { OnnxAdamW } from '../optim/onnxAdamW.ts'
import type { AdamWSettings, Optimizer, Variable } from '../optim/optimizer.ts'
import { WasmAdamW } from '../optim/wasmAdamW.ts'
import { notice, type Notice } from '../protocol/notices.ts'
import type { ProblemType } from '../protocol/problemType.ts'
import type { Device } from '../runtime/device.ts'
import type { DeviceTensor } from '../runtime/deviceTensor.ts'
import type { Binding, Session } from '../runtime/session.ts'
import { hostArray, size } from '../runtime/tensor.ts'
import { Arena } from './arena.ts'
import { FittingBatches } from './fittingBatches.ts'
import { placed, type MicroBatch } from './microBatches.ts'
import { StepInputs, type Example } from './stepInputs.ts'
import type { StepPlace, StepResult, TrainingEngine } from './trainingEngine.ts'

export interface EngineOptions {
  device: Device
  architecture: Architecture
  config: unknown
  labels: number
  /** By default one label for each text. */
  problemType?: ProblemType
  /** `padded` with `onnx` is the plain reference that the fast pair is tested against. */
  layout: LayoutName
  /** `wasm` is the fast one; a model with a table too large for it is trained by `onnx`. */
  optimizer: 'wasm' | 'onnx'
  settings: AdamWSettings & { seed: number }
  gradientAccumulationSteps: number
  padTokenId: number
  /** Told where batches do not fit. */
  say?(notice: Notice): void
}

/** One training step: forward and backward pass by ONNX Runtime for each micro-batch, then the update. */
export class Engine implements TrainingEngine {
  readonly optimizer: Optimizer
  readonly scalesLoss = false
  readonly #options: EngineOptions
  readonly #graph: TrainingGraph
  readonly #session: Session
  readonly #binding: Binding
  readonly #inputs: StepInputs
  readonly #arena: Arena
  readonly #fitting: FittingBatches
  readonly #loss = hostArray('float32', 1)
  /** Of the last update: which rows of each table its gradient is for. */
  #rows: ReadonlyMap<string, Int32Array> = new Map()

  constructor(options: EngineOptions) {
    const { device } = options
    this.#options = options
    this.#graph = trainingGraph(options.architecture, options.config, options.labels, options.layout, { problemType: options.problemType })
    this.#inputs = new StepInputs(this.#graph, { ...options, seed: options.settings.seed })
    const variables = this.#graph.parameters.map(toVariable)
    this.optimizer = options.optimizer === 'wasm' && WasmAdamW.holds(variables)
      ? new WasmAdamW(variables, options.settings)
      : new OnnxAdamW(device, variables, options.settings)
    if (options.gradientAccumulationSteps > 1) this.optimizer.accumulates()
    this.#arena = new Arena(device)
    this.#session = device.load(this.#graph.model.bytes)
    this.#binding = this.#session.bind().output('loss', device.tensor({ dtype: 'float32', shape: [], data: this.#loss }))
    for (const { name, shape } of this.#graph.parameters) {
      this.#binding.input(name, device.tensor({ dtype: 'float32', shape, data: this.optimizer.slots.get(name)!.value }))
    }
    this.#bindTargets()
    this.#fitting = new FittingBatches((fit) => options.say?.(notice('device.smaller-batches', { ...fit })), () => this.makeRoom())
  }

  /** Trains on an effective batch, given as its micro-batches. `step` counts from 1. @throws UserError where memory does not suffice */
  async step(micro: readonly (readonly Example[])[], { step, update = step, learningRate }: StepPlace): Promise<StepResult> {
    const { used, rows } = this.#inputs.used(micro.flat())
    this.#rows = rows
    this.optimizer.settle(rows)
    const loss = await this.#fitting.run(micro, (fitting) => this.#gradients(placed(fitting, step, used), rows))
    return { loss, gradNorm: await this.optimizer.step({ learningRate, step: update, rows }) }
  }

  parameter(name: string): Float32Array {
    return this.optimizer.slots.get(name)!.value
  }

  async ready(): Promise<void> {
    this.optimizer.settle()
  }

  async toHost(): Promise<void> {
    this.optimizer.settle()
  }

  /** A parameter's gradient in the last update, before clipping; of a table all rows. A copy. */
  gradient(name: string): Float32Array {
    const { shape, table, gradient } = this.optimizer.slots.get(name)!
    if (!table || this.optimizer instanceof OnnxAdamW) return gradient.slice()
    const dense = new Float32Array(size(shape))
    const [, width] = shape
    this.#rows.get(name)!.forEach((row, i) => dense.set(gradient.subarray(i * width, (i + 1) * width), row * width))
    return dense
  }

  /** What the forward and backward pass over each of these batches costs, given by the lengths of their texts. */
  costs(batches: readonly Int32Array[]): Cost[] {
    return this.#inputs.costs(batches)
  }

  async makeRoom(): Promise<void> {
    await this.#arena.empty()
  }

  dispose(): void {
    this.#binding.dispose()
    this.#session.dispose()
    this.#arena.dispose()
  }

  /** Leaves the gradient of Σ weight · row losses with the optimiser and returns that sum. */
  async #gradients(batches: readonly MicroBatch[], rows: ReadonlyMap<string, Int32Array>): Promise<number> {
    if (batches.length > 1 && this.optimizer.accumulates()) this.#bindTargets()
    let loss = 0
    for (const [i, { examples, used, place }] of batches.entries()) {
      loss += await this.#backward(this.#inputs.of(examples, used, place))
      this.optimizer.accumulate(i === 0, rows)
    }
    return loss
  }

  /** Leaves the gradient of a micro-batch in the optimiser's targets and returns its loss. */
  async #backward(batch: Batch): Promise<number> {
    await this.#arena.before(batch)
    const rowGradients = this.#bindRowGradients(batch)
    try {
      await runWith(this.#binding, this.#options.device, this.#graph.model.inputs, batch.feeds)
    } finally {
      rowGradients.forEach((tensor) => tensor.dispose())
    }
    return this.#loss[0]
  }

  #bindTargets(): void {
    for (const { name, shape, lookup } of this.#graph.parameters) {
      if (!lookup) this.#binding.output(gradientOf(name), this.#options.device.tensor({ dtype: 'float32', shape, data: this.optimizer.target(name) }))
    }
  }

  /** The gradient of a table has as many rows as this batch looks up. */
  #bindRowGradients({ feeds }: Batch): DeviceTensor[] {
    return this.#inputs.tables.map(({ name, shape, lookup }) => {
      const rows = feeds[`${lookup}.rows`].data.length
      const data = this.optimizer.target(name).subarray(0, rows * shape[1])
      const tensor = this.#options.device.tensor({ dtype: 'float32', shape: [rows, shape[1]], data })
      this.#binding.output(gradientOf(name), tensor)
      return tensor
    })
  }
}

export function toVariable({ name, shape, lookup }: TrainedParameter): Variable {
  const gradientLength = lookup ? paddedRows(shape[0]) * shape[1] : size(shape)
  return { name, shape, decay: isDecayed(name), table: lookup !== undefined, gradientLength }
}
