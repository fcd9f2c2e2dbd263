import type { Handle, OrtApi } from './ortApi.ts'
import { onnxType, size, type DType, type HostArray, type HostTensor } from './tensor.ts'

/** Owns one OrtValue and the memory under it: memory of ours, or the device's. Dispose only when no run uses it. */
export class DeviceTensor {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly #api: OrtApi
  readonly #data: HostArray | undefined
  #handle: Handle | null

  private constructor(api: OrtApi, handle: Handle, { dtype, shape, data }: Omit<HostTensor, 'data'> & { data?: HostArray }) {
    this.dtype = dtype
    this.shape = shape
    this.#api = api
    this.#data = data
    this.#handle = handle
  }

  /** Memory of ours, seen by ONNX Runtime without copying it. */
  static over(api: OrtApi, memoryInfo: Handle, value: HostTensor): DeviceTensor {
    const { dtype, shape, data } = value
    if (data.length !== size(shape)) throw new Error(`${data.length} elements do not fill [${shape}]`)
    const dims = new BigInt64Array(shape.map(BigInt))
    return new DeviceTensor(api, api.make('CreateTensorWithDataAsOrtValue', memoryInfo, data, data.byteLength, dims, shape.length, onnxType[dtype]), value)
  }

  /** Memory of a device's allocator, which only runs read and write. */
  static within(api: OrtApi, allocator: Handle, dtype: DType, shape: readonly number[]): DeviceTensor {
    const dims = new BigInt64Array(shape.map(BigInt))
    return new DeviceTensor(api, api.make('CreateTensorAsOrtValue', allocator, dims, shape.length, onnxType[dtype]), { dtype, shape })
  }

  get handle(): Handle {
    if (this.#handle === null) throw new Error('this tensor was disposed of')
    return this.#handle
  }

  get data(): HostArray {
    if (this.#data === undefined) throw new Error('this tensor lies on the device: see Transfer')
    return this.#data
  }

  dispose(): void {
    if (this.#handle !== null) this.#api.release('ReleaseValue', this.#handle)
    this.#handle = null
  }
}
