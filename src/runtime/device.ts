/**
 * A place where graphs run. Parameters, gradients and moments are bound once and stay there; only small batch inputs and a few
 * numbers cross to JavaScript between checkpoints.
 */
import { DeviceTensor } from './deviceTensor.ts'
import { loadOrtApi, type OrtApi } from './ortApi.ts'
import { openSession, type Session, type SessionOptions } from './session.ts'
import { hostArray, size, type DType, type HostTensor } from './tensor.ts'

export interface Device {
  readonly name: 'cpu'
  readonly threads: number
  /** Makes memory of ours visible to ONNX Runtime without copying it. */
  tensor(value: HostTensor): DeviceTensor
  /** Memory of the device, whose values are not defined. */
  empty(dtype: DType, shape: readonly number[]): DeviceTensor
  /** Loads an ONNX model from bytes. */
  load(model: Uint8Array, options?: SessionOptions): Session
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
    tensor: (value) => DeviceTensor.over(api, memoryInfo, value),
    empty: (dtype, shape) => DeviceTensor.over(api, memoryInfo, { dtype, shape, data: hostArray(dtype, size(shape)) }),
    load: (model, options = {}) => openSession(api, env, model, options),
  }
}
