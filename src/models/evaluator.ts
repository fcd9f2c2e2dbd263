import { asFloat32, autocast, type Half } from '../graph/autocast.ts'
import { compile } from '../graph/onnx.ts'
import type { Device } from '../runtime/device.ts'
import type { DeviceTensor } from '../runtime/deviceTensor.ts'
import { hostArray } from '../runtime/tensor.ts'
import type { Binding, Session } from '../runtime/session.ts'
import type { Architecture } from './architecture.ts'
import { UsedRows, type Feeds } from './layouts/batch.ts'
import { packed } from './layouts/packed.ts'
import { packedBatch } from './layouts/packedBatch.ts'

/** Binds batch inputs for one run, and frees them after it. */
export async function runWith(binding: Binding, device: Device, inputs: readonly { name: string }[], feeds: Feeds): Promise<void> {
  const tensors: DeviceTensor[] = []
  try {
    for (const { name } of inputs) {
      const feed = feeds[name]
      if (!feed) throw new Error(`the batch lacks ${name}`)
      const tensor = device.tensor(feed)
      tensors.push(tensor)
      binding.input(name, tensor)
    }
    await binding.run()
  } finally {
    tensors.forEach((tensor) => tensor.dispose())
  }
}

export interface EvaluatorOptions {
  /** Whether the weights stay as they are now: ONNX Runtime then keeps a copy of them that its products read faster. Otherwise they may change between runs. */
  frozen?: boolean
  /** Type of the products; float32 when not given. */
  half?: Half
}

/** The forward pass alone. */
export class Evaluator {
  readonly #device: Device
  readonly #session: Session
  readonly #binding: Binding
  readonly #inputs: readonly { name: string }[]
  readonly #labels: number
  readonly #positionsAfter: number | undefined

  constructor(device: Device, architecture: Architecture, config: unknown, labels: number, value: (name: string) => Float32Array | DeviceTensor, { frozen = false, half }: EvaluatorOptions = {}) {
    const model = compile({ logits: asFloat32(autocast(half, () => architecture.logits(config, labels, packed(false)))) }, frozen ? 'session' : 'inputs')
    const parameters = new Map(model.parameters.map(({ name, shape }) => {
      const found = value(name)
      return [name, found instanceof Float32Array ? device.tensor({ dtype: 'float32', shape: shape as number[], data: found }) : found]
    }))
    this.#device = device
    this.#labels = labels
    this.#positionsAfter = architecture.positionsAfter?.(config)
    this.#inputs = model.inputs
    this.#session = device.load(model.bytes, frozen ? { parameters } : {})
    this.#binding = this.#session.bind()
    if (!frozen) for (const [name, tensor] of parameters) this.#binding.input(name, tensor)
  }

  /** Logits [texts, labels] of texts as token ids. */
  async logits(texts: readonly Int32Array[]): Promise<Float32Array> {
    const data = hostArray('float32', texts.length * this.#labels)
    const output = this.#device.tensor({ dtype: 'float32', shape: [texts.length, this.#labels], data })
    this.#binding.output('logits', output)
    await runWith(this.#binding, this.#device, this.#inputs, packedBatch(texts, new UsedRows(texts, this.#positionsAfter)).feeds)
    output.dispose()
    return data
  }

  dispose(): void {
    this.#binding.dispose()
    this.#session.dispose()
  }
}
