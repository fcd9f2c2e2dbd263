import type { Cost } from '../graph/cost.ts'
import type { GradScalerState } from '../optim/gradScaler.ts'
import type { Slot } from '../optim/optimizer.ts'
import type { DeviceTensor } from '../runtime/deviceTensor.ts'
import type { Example } from './stepInputs.ts'

export interface StepResult {
  /** Mean over the rows of the effective batch. */
  loss: number
  /** Of the gradient, before clipping. */
  gradNorm: number
  /** In float16: gradients overflowed, so nothing was learnt, and the schedule did not move on. */
  skipped?: boolean
}

export interface StepPlace {
  /** From 1. */
  step: number
  /** AdamW's t: the step, less those that were skipped. */
  update?: number
  learningRate: number
}

/** What trains: on memory of ours, or on a device's. */
export interface TrainingEngine {
  readonly optimizer: {
    /** Values and moments, as of `toHost`. */
    readonly slots: ReadonlyMap<string, Slot>
    /** Where a device counts updates and scales the loss. */
    state?: GradScalerState
    /** Called after they were written. */
    loaded(): void
  }
  /** Whether it trains in float16, so that `state` tells a scale that must not be lost. */
  readonly scalesLoss: boolean
  /** Trains on an effective batch, given as its micro-batches. */
  step(micro: readonly (readonly Example[])[], place: StepPlace): Promise<StepResult>
  /** Told while a step is under way what the next one is about. */
  prepare?(micro: readonly (readonly Example[])[], step: number): void
  /** Where evaluation reads a parameter, once it is `ready`. */
  parameter(name: string): Float32Array | DeviceTensor
  /** Before what was trained is read there. A device has nothing of a run before the first of these, or the first step. */
  ready(): Promise<void>
  /** Brings what was trained to the slots. */
  toHost(): Promise<void>
  /** Gives back all that it has on a device of its own, until it is `ready` again or trains on. Only what `toHost` brought is kept. */
  leaveDevice?(): void
  /** What the forward and backward pass over each of these batches costs, given by the lengths of their texts. */
  costs(batches: readonly Int32Array[]): Cost[]
  /** Gives back what steps left in memory and only the next one would need. */
  makeRoom(): Promise<void>
  dispose(): void
}
