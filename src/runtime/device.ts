/**
 * A place where graphs run. Parameters, gradients and moments are bound once and stay there; only small batch inputs and a few
 * numbers cross to JavaScript between checkpoints.
 */
import { DeviceTensor } from './deviceTensor.ts'
import { openEnvironment } from './environment.ts'
import { openSession, type Session, type SessionOptions } from './session.ts'
import { hostArray, size, type DType, type HostTensor } from './tensor.ts'

export interface Device {
  /** `cpu`, `webgpu`, or `cuda:0`, as torch names them. */
  readonly name: string
  readonly threads: number
  /** Whether a binding may be given inputs while another one runs. */
  readonly takesInputsMeanwhile: boolean
  /** What ONNX Runtime calls the arena that its sessions share, where it has one. */
  readonly arena?: string
  /** The types of half precision that it multiplies in. */
  readonly halves: readonly ('float16' | 'bfloat16')[]
  /** Makes memory of ours visible to ONNX Runtime without copying it; a device with memory of its own copies it where it is bound. */
  tensor(value: HostTensor): DeviceTensor
  /** Memory of the device, whose values are not defined. */
  empty(dtype: DType, shape: readonly number[]): DeviceTensor
  /** Loads an ONNX model from bytes. */
  load(model: Uint8Array, options?: SessionOptions): Session
}

let cpu: Device | undefined

/** The CPU. The first call of a process decides on `threads`. */
export function openCpu(threads: number): Device {
  const { api, env, hostMemory } = openEnvironment(threads)
  const tensor = (value: HostTensor) => DeviceTensor.over(api, hostMemory, value)
  cpu ??= {
    name: 'cpu',
    threads,
    takesInputsMeanwhile: true,
    arena: 'cpu:0',
    halves: [],
    tensor,
    empty: (dtype, shape) => tensor({ dtype, shape, data: hostArray(dtype, size(shape)) }),
    load: (model, options = {}) => openSession(api, env, model, options),
  }
  return cpu
}
