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
  #bound: { batch: MicroBatch, tensors: DeviceTensor[] } | undefined

  /** @param inputs this lane's own: what it makes is valid until it makes the next */
  constructor(device: Device, graph: TrainingGraph, inputs: StepInputs, binding: Binding) {
    this.#device = device
    this.#graph = graph
    this.#inputs = inputs
    this.binding = binding
  }

  /** Binds a batch, unless it is bound already. */
  prepare(batch: MicroBatch): void {
    if (this.#bound !== undefined && isSame(this.#bound.batch, batch)) return
    this.letGo()
    const { feeds } = this.#inputs.of(batch.examples, batch.used, batch.place)
    const tensors: DeviceTensor[] = []
    this.#bound = { batch, tensors }
    try {
      for (const { name } of this.#graph.model.inputs) {
        if (name === lossScale) continue
        const tensor = this.#device.tensor(feeds[name])
        tensors.push(tensor)
        this.binding.input(name, tensor)
      }
    } catch (error) {
      this.letGo()
      throw error
    }
  }

  async run(batch: MicroBatch): Promise<void> {
    this.prepare(batch)
    try {
      await this.binding.run()
    } finally {
      this.letGo()
    }
  }

  letGo(): void {
    this.#bound?.tensors.forEach((tensor) => tensor.dispose())
    this.#bound = undefined
  }

  dispose(): void {
    this.letGo()
    this.binding.dispose()
  }
}

/** Of the same rows: the batch may have been cut out anew. */
function isSame(a: MicroBatch, b: MicroBatch): boolean {
  const { step, firstText, weight } = a.place
  return step === b.place.step && firstText === b.place.firstText && weight === b.place.weight
    && a.examples.length === b.examples.length && a.examples.every((example, i) => example === b.examples[i])
}
