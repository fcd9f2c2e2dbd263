import type { CudaCard } from './cudaProbe.ts'
import koffi from './koffi.ts'
import type { Device } from './device.ts'
import { DeviceTensor } from './deviceTensor.ts'
import { openEnvironment } from './environment.ts'
import type { Handle, OrtApi } from './ortApi.ts'
import { openSession } from './session.ts'

/** An execution provider of ONNX Runtime that has memory of its own. */
export interface Provider {
  /** Of the device. */
  name: string
  /** What ONNX Runtime calls its memory. */
  memory: string
  /** Which of its devices has it. */
  memoryId: number
  takesInputsMeanwhile: boolean
  /** As Device has it. */
  arena?: string
  halves: Device['halves']
  /** Puts it into the options of a session. */
  append(api: OrtApi, sessionOptions: Handle): void
}

/** Files of a GPU pack, with absolute paths (cudaPack.ts). */
export interface CudaLibraries {
  onnxruntime: string
  /** NVIDIA's, each after those that it needs. */
  cuda: readonly string[]
}

/** As torch has them by default: products of float32 in full precision. Without cuDNN, which our graphs do not need. */
const cudaOptions = { arena_extend_strategy: 'kSameAsRequested', use_tf32: '0', enable_cudnn: '0' }

function cuda({ id, bfloat16 }: CudaCard): Provider {
  const entries = { ...cudaOptions, device_id: String(id) }
  return {
    name: `cuda:${id}`,
    memory: 'Cuda',
    memoryId: id,
    takesInputsMeanwhile: true,
    arena: `gpu:${id}`,
    halves: bfloat16 ? ['float16', 'bfloat16'] : ['float16'],
    append(api, sessionOptions) {
      const options = api.make('CreateCUDAProviderOptions')
      try {
        api.call('UpdateCUDAProviderOptions', options, Object.keys(entries), Object.values(entries), Object.keys(entries).length)
        api.call('SessionOptionsAppendExecutionProvider_CUDA_V2', sessionOptions, options)
      } finally {
        api.release('ReleaseCUDAProviderOptions', options)
      }
    },
  }
}

const webgpu: Provider = {
  name: 'webgpu',
  memory: 'WebGPU_Buf',
  memoryId: 0,
  // All threads record into one queue of commands, which nothing guards.
  takesInputsMeanwhile: false,
  halves: [],
  append: (api, sessionOptions) => api.call('SessionOptionsAppendExecutionProvider', sessionOptions, 'WebGPU', [], [], 0),
}

/**
 * An NVIDIA GPU. Its libraries are loaded by their paths, so that nothing in the environment needs to name them.
 * @param model any small one: its session lends the device's memory
 * @throws OrtError, or what the system's loader says
 */
export function openCuda(libraries: CudaLibraries, card: CudaCard, threads: number, model: Uint8Array): Device {
  libraries.cuda.forEach(load)
  return openProvider(cuda(card), threads, model, libraries.onnxruntime)
}

/** What is loaded is found by what needs it, by its name alone. @throws Error with the path, which the loader's own words lack */
function load(library: string): void {
  try {
    koffi.load(library, { global: true })
  } catch (error) {
    throw new Error(`${library}: ${(error as Error).message}`, { cause: error })
  }
}

/** The GPU that WebGPU's adapter stands for. @throws OrtError where there is none */
export function openWebGpu(threads: number, model: Uint8Array): Device {
  return openProvider(webgpu, threads, model)
}

function openProvider(provider: Provider, threads: number, model: Uint8Array, library?: string): Device {
  const { api, env, hostMemory } = openEnvironment(threads, library)
  const load: Device['load'] = (bytes, options = {}) => openSession(api, env, bytes, options, provider.append)
  const lender = load(model)
  const memory = api.make('CreateMemoryInfo', provider.memory, /* OrtDeviceAllocator */ 0, provider.memoryId, /* OrtMemTypeDefault */ 0)
  const allocator = lender.allocator(memory)
  return {
    name: provider.name,
    threads,
    takesInputsMeanwhile: provider.takesInputsMeanwhile,
    arena: provider.arena,
    halves: provider.halves,
    tensor: (value) => DeviceTensor.over(api, hostMemory, value),
    empty: (dtype, shape) => DeviceTensor.within(api, allocator, dtype, shape),
    load,
  }
}
