import { hostArray, size } from '../runtime/tensor.ts'
import type { GradScalerState } from './gradScaler.ts'
import type { Slot, Variable } from './optimizer.ts'

/** Where training on a device stands, in memory of ours: what checkpoints are read into and written from. */
export class HostState {
  readonly slots: ReadonlyMap<string, Slot>
  /** As of the last time that the device's was brought here, but for `updates`, which is counted here too. */
  state: GradScalerState
  /** Whether the device's is older. */
  isNewer = true

  constructor(variables: readonly Variable[], scale: number) {
    this.slots = new Map(variables.map((variable) => {
      const values = () => hostArray('float32', size(variable.shape))
      return [variable.name, { ...variable, value: values(), gradient: hostArray('float32', 0), m: values(), v: values() }]
    }))
    this.state = { scale, growth_tracker: 0, updates: 0 }
  }

  /** Called after `slots` or `state` were written. */
  loaded(): void {
    this.isNewer = true
  }
}
