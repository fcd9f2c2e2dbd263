/**
 * A place where graphs run. Parameters, gradients and moments are bound once and stay there; only small batch inputs and a few
 * numbers cross to JavaScript between checkpoints.
 */
import type { HostArray, HostTensor } from './tensor.ts'
import type { Session } from './session.ts'
import { loadOrtApi, type Handle, type OrtApi } from './ortApi.ts'
import { size, onnxType } from './tensor.ts'
import { openSession, type SessionOptions } from './session.ts'

export interface Device {
  readonly name: 'cpu'
  readonly threads: number
  /** Makes memory of ours visible to ONNX Runtime without copying it. */
  tensor(value: HostTensor): DeviceTensor
  /** Loads an ONNX model from bytes. */
  load(model: Uint8Array, options?: SessionOptions): Session
}

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

const errorsOnly = 3 // ORT_LOGGING_LEVEL_ERROR
let cpu: Device | undefined

/**
 * The CPU. One environment and one thread pool serve the whole process, so the first call decides on `threads`.
 * Threads do not spin between runs, and the arena grows by what is asked for, so that memory stays flat over many shapes.
 */
export function openCpu(threads: number): Device {
  cpu ??= createCpu(loadOrtApi(), threads)
  if (cpu.threads !== threads) throw new Error(`this process already computes with ${cpu.threads} threads`)
  return cpu
}

function createCpu(api: OrtApi, threads: number): Device {
  const threading = api.make('CreateThreadingOptions')
  api.call('SetGlobalIntraOpNumThreads', threading, threads)
  api.call('SetGlobalSpinControl', threading, 0)
  const env = api.make('CreateEnvWithGlobalThreadPools', errorsOnly, 'finetune', threading)
  api.release('ReleaseThreadingOptions', threading)
  api.call('DisableTelemetryEvents', env)

  const memoryInfo = api.make('CreateCpuMemoryInfo', /* OrtArenaAllocator */ 1, /* OrtMemTypeDefault */ 0)
  const extendAsRequested = new BigUint64Array([1n])
  const arena = api.make('CreateArenaCfgV2', ['arena_extend_strategy'], extendAsRequested, 1)
  api.call('CreateAndRegisterAllocator', env, memoryInfo, arena)
  api.release('ReleaseArenaCfg', arena)

  return {
    name: 'cpu',
    threads,
    tensor: (value) => new DeviceTensor(api, memoryInfo, value),
    load: (model, options = {}) => openSession(api, env, model, options),
  }
}
