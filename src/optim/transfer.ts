import { compile } from '../graph/onnx.ts'
import { input } from '../graph/operators.ts'
import type { Device } from '../runtime/device.ts'
import type { DeviceTensor } from '../runtime/deviceTensor.ts'
import type { Binding, Session } from '../runtime/session.ts'
import { hostArray, size, type DType, type HostArray } from '../runtime/tensor.ts'

/** Brings values to a device's memory and back, by runs of a graph that hands on what it is given: so every provider can do it. */
export class Transfer {
  readonly #device: Device
  readonly #copies = new Map<string, { session: Session, binding: Binding }>()

  constructor(device: Device) {
    this.#device = device
  }

  async write(to: DeviceTensor, data: HostArray): Promise<void> {
    const from = this.#device.tensor({ dtype: to.dtype, shape: to.shape, data })
    await this.#copy(from, to).finally(() => from.dispose())
  }

  async read(from: DeviceTensor, data: HostArray = hostArray(from.dtype, size(from.shape))): Promise<HostArray> {
    const to = this.#device.tensor({ dtype: from.dtype, shape: from.shape, data })
    await this.#copy(from, to).finally(() => to.dispose())
    return data
  }

  dispose(): void {
    for (const { session, binding } of this.#copies.values()) {
      binding.dispose()
      session.dispose()
    }
    this.#copies.clear()
  }

  async #copy(from: DeviceTensor, to: DeviceTensor): Promise<void> {
    await this.#binding(from.dtype, from.shape.length).input('x', from).output('y', to).run()
  }

  #binding(dtype: DType, rank: number): Binding {
    const key = `${dtype} ${rank}`
    const known = this.#copies.get(key)
    if (known) return known.binding
    const dims = Array.from({ length: rank }, (_, axis) => `size${axis}`)
    const session = this.#device.load(compile({ y: input('x', dtype, dims) }).bytes)
    const binding = session.bind()
    this.#copies.set(key, { session, binding })
    return binding
  }
}
