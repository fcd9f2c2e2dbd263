import type { Half } from '../graph/autocast.ts'
import { paddedRows, type UsedRows } from '../models/layouts/batch.ts'
import { gradientOf, lossScale, trainingGraph, type TrainingGraph } from '../models/trainingGraph.ts'
import { scaled, unscaled } from '../optim/gradScaler.ts'
import { ResidentAdamW, type ResidentResult } from '../optim/residentAdamW.ts'
import type { Cost } from '../graph/cost.ts'
import { UserError } from '../protocol/errors.ts'
import { notice } from '../protocol/notices.ts'
import type { Device } from '../runtime/device.ts'
import type { DeviceTensor } from '../runtime/deviceTensor.ts'
import { isOutOfMemory } from '../runtime/outOfMemory.ts'
import type { Session } from '../runtime/session.ts'
import { BatchLane } from './batchLane.ts'
import { FittingBatches } from './fittingBatches.ts'
import { toVariable, type EngineOptions } from './engine.ts'
import { placed, type MicroBatch } from './microBatches.ts'
import { StepInputs, type Example } from './stepInputs.ts'
import type { TrainingEngine } from './trainingEngine.ts'

/** Each group has kernels of its own to start. */
const attentionGroups = 1

export interface DeviceEngineOptions extends Omit<EngineOptions, 'layout' | 'optimizer'> {
  /** Of each update that the run may have, from the first on. */
  learningRates: readonly number[]
  /** Type of the products; float32 when not given. */
  half?: Half
}

export interface DeviceStepResult extends ResidentResult {
  /** Whether the step overflowed as float16 may: it is no error. */
  skipped: boolean
}

/**
 * One training step on a device with memory of its own: batches go there, three numbers come back. In float16 it is torch's
 * GradScaler: on overflow a step is skipped, and neither AdamW's count nor the learning rate moves on.
 */
export class DeviceEngine implements TrainingEngine {
  readonly optimizer: ResidentAdamW
  readonly scalesLoss: boolean
  readonly #device: Device
  readonly #graph: TrainingGraph
  readonly #inputs: StepInputs
  readonly #session: Session
  readonly #lanes: readonly [BatchLane, BatchLane]
  /** Which of them runs next. */
  #turn: 0 | 1 = 0
  /** The effective batch of the next step, where it is known already. */
  #coming: { micro: readonly (readonly Example[])[], step: number } | undefined
  readonly #fitting: FittingBatches

  constructor(options: DeviceEngineOptions) {
    const { device, architecture, config, labels, problemType, half, settings, learningRates } = options
    this.scalesLoss = half === 'float16'
    this.#device = device
    this.#graph = trainingGraph(architecture, config, labels, 'packed', { problemType, half, scalesLoss: this.scalesLoss, attentionGroups })
    const makeInputs = () => new StepInputs(this.#graph, { ...options, layout: 'packed', seed: settings.seed })
    this.#inputs = makeInputs()
    const variables = this.#graph.parameters.map(toVariable)
    this.optimizer = new ResidentAdamW(device, variables, { ...settings, learningRates, scaler: this.scalesLoss ? scaled : unscaled })
    this.#session = device.load(this.#graph.model.bytes)
    const makeLane = (inputs: StepInputs) => new BatchLane(device, this.#graph, inputs, this.#session.bind())
    this.#lanes = [makeLane(this.#inputs), makeLane(makeInputs())]
    for (const { binding } of this.#lanes) {
      if (this.scalesLoss) binding.input(lossScale, this.optimizer.lossScale)
      for (const { name } of this.#graph.parameters) binding.input(name, this.optimizer.parameter(name))
    }
    if (options.gradientAccumulationSteps > 1) this.optimizer.accumulates()
    this.#bindTargets()
    this.#fitting = new FittingBatches((fit) => options.say?.(notice('device.smaller-batches', { ...fit })))
  }

  /**
   * Trains on an effective batch, given as its micro-batches. `step` counts from 1, skipped ones too.
   * @throws UserError where the device's memory does not suffice
   */
  async step(micro: readonly (readonly Example[])[], { step }: { step: number }): Promise<DeviceStepResult> {
    const examples = micro.flat()
    const { used, rows } = this.#inputs.used(examples)
    try {
      await this.#fitting.run(micro, (fitting) => this.#gradients(fitting, step, used, rows))
      const updating = this.optimizer.step()
      this.#prepareComing()
      const result = await updating
      return { ...result, skipped: this.scalesLoss && result.overflow }
    } catch (error) {
      // An update that breaks off may have changed some values already: there is no going on but from a checkpoint.
      throw isOutOfMemory(error) ? new UserError('train.out-of-memory', {}) : error
    } finally {
      this.optimizer.letGo()
    }
  }

  /** To be called while a step is under way, with what the next one is about: it goes to the device meanwhile. */
  prepare(micro: readonly (readonly Example[])[], step: number): void {
    this.#coming = { micro, step }
  }

  parameter(name: string): DeviceTensor {
    return this.optimizer.parameter(name)
  }

  async ready(): Promise<void> {
    await this.optimizer.ready()
  }

  async toHost(): Promise<void> {
    await this.optimizer.toHost()
  }

  costs(batches: readonly Int32Array[]): Cost[] {
    return this.#inputs.costs(batches)
  }

  dispose(): void {
    for (const lane of this.#lanes) lane.dispose()
    this.#session.dispose()
    this.optimizer.dispose()
  }

  /** Leaves the gradients of an effective batch with the optimiser. */
  async #gradients(micro: readonly (readonly Example[])[], step: number, used: UsedRows, rows: ReadonlyMap<string, Int32Array>): Promise<void> {
    this.optimizer.letGo()
    if (micro.length > 1 && this.optimizer.accumulates()) this.#bindTargets()
    const targets = await this.optimizer.begin(rows, (name) => paddedRows(rows.get(name)!.length))
    for (const { binding } of this.#lanes) for (const [name, target] of targets) binding.output(gradientOf(name), target)
    const batches = placed(micro, step, used)
    for (const [i, batch] of batches.entries()) {
      const running = this.#lanes[this.#turn].run(batch)
      this.#turn = this.#turn === 0 ? 1 : 0
      if (i + 1 < batches.length) this.#prepare(batches[i + 1])
      else this.#prepareComing()
      await running
      await this.optimizer.accumulate(i === 0)
    }
  }

  #prepareComing(): void {
    if (this.#coming === undefined) return
    const { micro, step } = this.#coming
    this.#coming = undefined
    this.#prepare(placed(micro, step, this.#inputs.used(micro.flat()).used)[0])
  }

  /** Gives the lane that does not run its batch. What cannot be done now is done, or fails, when it is that batch's turn. */
  #prepare(batch: MicroBatch): void {
    if (!this.#device.takesInputsMeanwhile) return
    try {
      this.#lanes[this.#turn].prepare(batch)
    } catch {
      return
    }
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
