import type { UsedRows } from '../models/layouts/batch.ts'
import { lossScale, type TrainingGraph } from '../models/trainingGraph.ts'
import type { Device } from '../runtime/device.ts'
import type { DeviceTensor } from '../runtime/deviceTensor.ts'
import type { Binding } from '../runtime/session.ts'
import type { Example, StepInputs } from './stepInputs.ts'

/** A micro-batch and its place in the run. */
export interface MicroBatch {
  examples: readonly Example[]
  used: UsedRows
  place: { step: number; firstText: number; weight: number }
}

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

function isSame(a: MicroBatch, b: MicroBatch): boolean {
  return a.examples === b.examples && a.place.step === b.place.step && a.place.firstText === b.place.firstText && a.place.weight === b.place.weight
}
