import type { Half } from '../graph/autocast.ts'
import { trainingGraph, type TrainingGraph } from '../models/trainingGraph.ts'
import { scaled, unscaled } from '../optim/gradScaler.ts'
import { HostState } from '../optim/hostState.ts'
import type { ResidentResult, ResidentSettings } from '../optim/residentAdamW.ts'
import type { Cost } from '../graph/cost.ts'
import { UserError } from '../protocol/errors.ts'
import { notice } from '../protocol/notices.ts'
import type { DeviceTensor } from '../runtime/deviceTensor.ts'
import { isOutOfMemory } from '../runtime/outOfMemory.ts'
import { DeviceStep } from './deviceStep.ts'
import { toVariable, type EngineOptions } from './engine.ts'
import { FittingBatches } from './fittingBatches.ts'
import { placed, type MicroBatch } from './microBatches.ts'
import { StepInputs, type Example } from './stepInputs.ts'
import type { TrainingEngine } from './trainingEngine.ts'

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
 * GradScaler: on overflow a step is skipped, and neither AdamW's count nor the learning rate moves on. Nothing is on the device
 * before the engine is `ready`: until a run's turn comes it is another's.
 */
export class DeviceEngine implements TrainingEngine {
  readonly optimizer: HostState
  readonly scalesLoss: boolean
  readonly #options: DeviceEngineOptions
  readonly #settings: ResidentSettings
  readonly #graph: TrainingGraph
  readonly #inputs: StepInputs
  readonly #fitting: FittingBatches
  #onDevice: DeviceStep | undefined
  /** The effective batch of the next step, where it is known already. */
  #coming: { micro: readonly (readonly Example[])[], step: number } | undefined

  constructor(options: DeviceEngineOptions) {
    const { architecture, config, labels, problemType, half, settings, learningRates } = options
    this.#options = options
    this.scalesLoss = half === 'float16'
    this.#settings = { ...settings, learningRates, scaler: this.scalesLoss ? scaled : unscaled }
    this.#graph = trainingGraph(architecture, config, labels, 'packed', { problemType, half, scalesLoss: this.scalesLoss, onCpu: false })
    this.#inputs = this.#makeInputs()
    this.optimizer = new HostState(this.#graph.parameters.map(toVariable), this.#settings.scaler.init_scale)
    this.#fitting = new FittingBatches((fit) => options.say?.(notice('device.smaller-batches', { ...fit })), () => this.makeRoom())
  }

  /**
   * Trains on an effective batch, given as its micro-batches. `step` counts from 1, skipped ones too.
   * @throws UserError where the device's memory does not suffice
   */
  async step(micro: readonly (readonly Example[])[], { step }: { step: number }): Promise<DeviceStepResult> {
    const { used, rows } = this.#inputs.used(micro.flat())
    await this.ready()
    const onDevice = this.#onDevice!
    try {
      await this.#fitting.run(micro, (fitting) => onDevice.gradients(placed(fitting, step, used), rows, () => this.#takeComing()))
      const result = await onDevice.update(this.#takeComing())
      return { ...result, skipped: this.scalesLoss && result.overflow }
    } catch (error) {
      // An update that breaks off may have changed some values already: there is no going on but from a checkpoint.
      throw isOutOfMemory(error) ? new UserError('train.out-of-memory-update', {}) : error
    } finally {
      onDevice.optimizer.letGo()
    }
  }

  /** To be called while a step is under way, with what the next one is about: it goes to the device meanwhile. */
  prepare(micro: readonly (readonly Example[])[], step: number): void {
    this.#coming = { micro, step }
  }

  /** Once it is ready. */
  parameter(name: string): DeviceTensor {
    return this.#onDevice!.optimizer.parameter(name)
  }

  /** Brings to the device whatever it lacks. @throws UserError where its memory does not suffice */
  async ready(): Promise<void> {
    const { device, gradientAccumulationSteps } = this.#options
    try {
      if (this.#onDevice === undefined) {
        this.#onDevice = new DeviceStep(device, this.#graph, this.optimizer, this.#settings, [this.#makeInputs(), this.#makeInputs()])
        if (gradientAccumulationSteps > 1) this.#onDevice.accumulate()
      }
      await this.#onDevice.optimizer.ready()
    } catch (error) {
      throw isOutOfMemory(error) ? new UserError('train.out-of-memory-model', { device: device.name }) : error
    }
  }

  async toHost(): Promise<void> {
    await this.#onDevice?.optimizer.toHost()
  }

  async makeRoom(): Promise<void> {
    await this.#onDevice?.makeRoom()
  }

  leaveDevice(): void {
    this.dispose()
    this.optimizer.loaded()
  }

  costs(batches: readonly Int32Array[]): Cost[] {
    return this.#inputs.costs(batches)
  }

  dispose(): void {
    this.#onDevice?.dispose()
    this.#onDevice = undefined
  }

  /** The first micro-batch of the next step, as large as they are by now; told once. */
  #takeComing(): MicroBatch | undefined {
    if (this.#coming === undefined) return undefined
    const { micro, step } = this.#coming
    this.#coming = undefined
    return placed(this.#fitting.parts(micro), step, this.#inputs.used(micro.flat()).used)[0]
  }

  #makeInputs(): StepInputs {
    return new StepInputs(this.#graph, { ...this.#options, layout: 'packed', seed: this.#options.settings.seed })
  }
}
