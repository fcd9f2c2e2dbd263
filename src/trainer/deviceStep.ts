import { paddedRows } from '../models/layouts/batch.ts'
import { gradientOf, lossScale, type TrainingGraph } from '../models/trainingGraph.ts'
import type { HostState } from '../optim/hostState.ts'
import { ResidentAdamW, type ResidentResult, type ResidentSettings } from '../optim/residentAdamW.ts'
import type { Device } from '../runtime/device.ts'
import { isOutOfMemory } from '../runtime/outOfMemory.ts'
import type { Session } from '../runtime/session.ts'
import { Arena } from './arena.ts'
import { BatchLane } from './batchLane.ts'
import type { MicroBatch } from './microBatches.ts'
import type { StepInputs } from './stepInputs.ts'

/** What a training step has on its device: the optimiser's state, the graph, and two lanes for batches. */
export class DeviceStep {
  readonly optimizer: ResidentAdamW
  readonly #device: Device
  readonly #graph: TrainingGraph
  readonly #session: Session
  readonly #arena: Arena
  readonly #lanes: readonly [BatchLane, BatchLane]
  /** Which of them runs next. */
  #turn: 0 | 1 = 0

  constructor(device: Device, graph: TrainingGraph, host: HostState, settings: ResidentSettings, inputs: readonly [StepInputs, StepInputs]) {
    this.#device = device
    this.#graph = graph
    this.optimizer = new ResidentAdamW(device, host, settings)
    this.#session = device.load(graph.model.bytes)
    this.#arena = new Arena(device)
    const makeLane = (of: StepInputs) => new BatchLane(device, graph, of, this.#session.bind())
    this.#lanes = [makeLane(inputs[0]), makeLane(inputs[1])]
    for (const { binding } of this.#lanes) {
      if (graph.scalesLoss) binding.input(lossScale, this.optimizer.lossScale)
      for (const { name } of graph.parameters) binding.input(name, this.optimizer.parameter(name))
    }
    this.#bindTargets()
  }

  /** From now on an effective batch may come as several micro-batches. */
  accumulate(): void {
    if (this.optimizer.accumulates()) this.#bindTargets()
  }

  /** Leaves the gradients of an effective batch with the optimiser. @param coming the batch after the last, where it is known */
  async gradients(batches: readonly MicroBatch[], rows: ReadonlyMap<string, Int32Array>, coming: () => MicroBatch | undefined): Promise<void> {
    this.optimizer.letGo()
    if (batches.length > 1) this.accumulate()
    const targets = await this.optimizer.begin(rows, (name) => paddedRows(rows.get(name)!.length))
    for (const { binding } of this.#lanes) for (const [name, target] of targets) binding.output(gradientOf(name), target)
    for (const [i, batch] of batches.entries()) {
      const lane = this.#lanes[this.#turn]
      await this.#arena.before(lane.prepare(batch))
      const running = lane.run()
      this.#turn = this.#turn === 0 ? 1 : 0
      await this.#preparing(i + 1 < batches.length ? batches[i + 1] : coming(), running)
      await this.optimizer.accumulate(i === 0)
    }
  }

  /** Updates everything by the gradients. @param coming the batch after it, where it is known and not prepared yet */
  async update(coming: MicroBatch | undefined): Promise<ResidentResult> {
    return await this.#preparing(coming, this.optimizer.step())
  }

  /** Gives back whatever is not needed for what is done next. */
  async makeRoom(): Promise<void> {
    for (const lane of this.#lanes) lane.letGo()
    this.optimizer.letGo()
    await this.#arena.empty()
  }

  dispose(): void {
    for (const lane of this.#lanes) lane.dispose()
    this.#session.dispose()
    this.#arena.dispose()
    this.optimizer.dispose()
  }

  /** While something runs, gives the lane that does not its batch. Where memory does not suffice for both it waits until it is its turn. */
  async #preparing<Result>(batch: MicroBatch | undefined, running: Promise<Result>): Promise<Result> {
    try {
      if (batch !== undefined && this.#device.takesInputsMeanwhile) this.#lanes[this.#turn].prepare(batch)
    } catch (error) {
      if (!isOutOfMemory(error)) {
        await running
        throw error
      }
    }
    return await running
  }

  #bindTargets(): void {
    for (const { binding } of this.#lanes) {
      binding.output('loss', this.optimizer.lossTarget)
      for (const { name, lookup } of this.#graph.parameters) {
        if (!lookup) binding.output(gradientOf(name), this.optimizer.target(name))
      }
    }
  }
}
