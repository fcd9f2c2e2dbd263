import type { Batch } from '../models/layouts/batch.ts'
import { lossScale, type TrainingGraph } from '../models/trainingGraph.ts'
import type { Device } from '../runtime/device.ts'
import type { DeviceTensor } from '../runtime/deviceTensor.ts'
import type { Binding } from '../runtime/session.ts'
import type { MicroBatch } from './microBatches.ts'
import type { StepInputs } from './stepInputs.ts'

/** One of two bindings of a training graph: while one runs, the other is given its batch, which goes to the device meanwhile. */
export class BatchLane {
  readonly binding: Binding
  readonly #device: Device
  readonly #graph: TrainingGraph
  readonly #inputs: StepInputs
  #bound: { micro: MicroBatch, batch: Batch, tensors: DeviceTensor[] } | undefined

  /** @param inputs this lane's own: what it makes is valid until it makes the next */
  constructor(device: Device, graph: TrainingGraph, inputs: StepInputs, binding: Binding) {
    this.#device = device
    this.#graph = graph
    this.#inputs = inputs
    this.binding = binding
  }

  /** Binds a batch, unless it is bound already. */
  prepare(micro: MicroBatch): Batch {
    if (this.#bound === undefined || !isSame(this.#bound.micro, micro)) {
      this.letGo()
      this.#bound = { micro, batch: this.#inputs.of(micro.examples, micro.used, micro.place), tensors: [] }
      this.#bind(this.#bound)
    }
    return this.#bound.batch
  }

  /** Runs the batch that it was given. */
  async run(): Promise<void> {
    await this.binding.run().finally(() => this.letGo())
  }

  letGo(): void {
    this.#bound?.tensors.forEach((tensor) => tensor.dispose())
    this.#bound = undefined
  }

  dispose(): void {
    this.letGo()
    this.binding.dispose()
  }

  #bind({ batch, tensors }: { batch: Batch, tensors: DeviceTensor[] }): void {
    try {
      for (const { name } of this.#graph.model.inputs) {
        if (name === lossScale) continue
        const tensor = this.#device.tensor(batch.feeds[name])
        tensors.push(tensor)
        this.binding.input(name, tensor)
      }
    } catch (error) {
      this.letGo()
      throw error
    }
  }
}

/** Of the same rows: the batch may have been cut out anew. */
function isSame(a: MicroBatch, b: MicroBatch): boolean {
  const { step, firstText, weight } = a.place
  return step === b.place.step && firstText === b.place.firstText && weight === b.place.weight
    && a.examples.length === b.examples.length && a.examples.every((example, i) => example === b.examples[i])
}
