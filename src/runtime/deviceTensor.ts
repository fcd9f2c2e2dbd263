import type { Handle, OrtApi } from './ortApi.ts'
import { onnxType, size, type HostArray, type HostTensor } from './tensor.ts'

/** Owns one OrtValue and the memory under it. Dispose only when no run uses it. */
export class DeviceTensor {
  readonly shape: readonly number[]
  readonly #api: OrtApi
  readonly #data: HostArray
  #handle: Handle | null

  constructor(api: OrtApi, memoryInfo: Handle, { dtype, shape, data }: HostTensor) {
    if (data.length !== size(shape)) throw new Error(`${data.length} elements do not fill [${shape}]`)
    this.shape = shape
    this.#api = api
    this.#data = data
    const dims = new BigInt64Array(shape.map(BigInt))
    this.#handle = api.make('CreateTensorWithDataAsOrtValue', memoryInfo, data, data.byteLength, dims, shape.length, onnxType[dtype])
  }

  get handle(): Handle {
    if (this.#handle === null) throw new Error('this tensor was disposed of')
    return this.#handle
  }

  get data(): HostArray {
    return this.#data
  }

  dispose(): void {
    if (this.#handle !== null) this.#api.release('ReleaseValue', this.#handle)
    this.#handle = null
  }
}
