import { compile } from '../graph/onnx.ts'
import { add, equal, greater, input, mul, where } from '../graph/operators.ts'
import type { Device } from '../runtime/device.ts'
import type { DeviceTensor } from '../runtime/deviceTensor.ts'
import type { Binding, Session } from '../runtime/session.ts'
import { hostArray } from '../runtime/tensor.ts'
import type { Transfer } from './transfer.ts'

/** torch.amp.GradScaler's arguments. */
export interface GradScalerSettings {
  init_scale: number
  growth_factor: number
  backoff_factor: number
  growth_interval: number
}

/** For float16, as torch has it and Trainer leaves it. */
export const scaled: GradScalerSettings = { init_scale: 65536, growth_factor: 2, backoff_factor: 0.5, growth_interval: 2000 }

/** For types with float32's range: the loss is taken as it is. */
export const unscaled: GradScalerSettings = { init_scale: 1, growth_factor: 1, backoff_factor: 1, growth_interval: 2000 }

/** Where it stands: the first two as in GradScaler.state_dict(). */
export interface GradScalerState {
  scale: number
  growth_tracker: number
  /** Steps that changed the parameters: AdamW's t, and the place in the schedule of the learning rate. */
  updates: number
}

/**
 * After a step, in place (torch's _amp_update_scale_): on overflow the scale shrinks and nothing else was done; else one more update
 * counts, and after `growth_interval` of them in a row the scale grows, where it stays finite.
 */
export function scalerModel({ growth_factor, backoff_factor, growth_interval }: GradScalerSettings): Uint8Array {
  const overflow = greater(input('overflow', 'float32', []), 0)
  const scale = input('scale', 'float32', [])
  const [tracker, updates] = ['growth_tracker', 'updates'].map((name) => input(name, 'int32', []))
  const inARow = add(tracker, 1)
  const isDue = equal(inARow, growth_interval)
  const grown = mul(scale, growth_factor)
  const larger = where(greater(largestFloat, grown), grown, scale)
  return compile({
    'scale.next': where(overflow, mul(scale, backoff_factor), where(isDue, larger, scale)),
    'growth_tracker.next': where(overflow, 0, where(isDue, 0, inARow)),
    'updates.next': where(overflow, updates, add(updates, 1)),
  }).bytes
}

const largestFloat = 3.4028234e38

/** The loss scale and the count of updates, where the device has them: nobody waits for them to learn how a step went. */
export class GradScaler {
  readonly scale: DeviceTensor
  readonly updates: DeviceTensor
  /** Of a step: 0, or more where a gradient was not finite. */
  readonly overflow: DeviceTensor
  readonly #tracker: DeviceTensor
  readonly #transfer: Transfer
  readonly #session: Session
  readonly #binding: Binding

  constructor(device: Device, transfer: Transfer, settings: GradScalerSettings) {
    this.#transfer = transfer
    this.scale = device.empty('float32', [])
    this.overflow = device.empty('float32', [])
    this.#tracker = device.empty('int32', [])
    this.updates = device.empty('int32', [])
    this.#session = device.load(scalerModel(settings))
    this.#binding = this.#session.bind().input('overflow', this.overflow)
    for (const [name, tensor] of Object.entries({ scale: this.scale, growth_tracker: this.#tracker, updates: this.updates })) {
      this.#binding.input(name, tensor).output(`${name}.next`, tensor)
    }
  }
  /** After the step that left `overflow`. */
  async advance(): Promise<void> {
    await this.#binding.run()
  }

  async write({ scale, growth_tracker, updates }: GradScalerState): Promise<void> {
    await this.#transfer.write(this.scale, hostArray('float32', 1).fill(scale))
    await this.#transfer.write(this.#tracker, hostArray('int32', 1).fill(growth_tracker))
    await this.#transfer.write(this.updates, hostArray('int32', 1).fill(updates))
  }

  async read(): Promise<GradScalerState> {
    const number = async (tensor: DeviceTensor) => Number((await this.#transfer.read(tensor))[0])
    return { scale: await number(this.scale), growth_tracker: await number(this.#tracker), updates: await number(this.updates) }
  }

  dispose(): void {
    this.#binding.dispose()
    this.#session.dispose()
    for (const tensor of [this.scale, this.overflow, this.#tracker, this.updates]) tensor.dispose()
  }
}
