/**
 * The C API of ONNX Runtime, called through koffi. The library is the one that onnxruntime-node carries; its JavaScript
 * binding is never loaded in the same process.
 *
 * `OrtApi` is a table of function pointers that is only ever appended to (onnxruntime_c_api.h), so the places below hold for
 * version 22 and every later one.
 */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import koffi from './koffi.ts'

/** A pointer into ONNX Runtime, opaque to us. */
export type Handle = unknown

const apiVersion = 22

/** name: [place in OrtApi, returns a status, argument types]. `_Out_ void**` is an output pointer. */
export const table = {
  GetErrorMessage: [2, 'str', ['void *']],
  DisableTelemetryEvents: [6, 'status', ['void *']],
  CreateSessionFromArray: [8, 'status', ['void *', 'void *', 'size_t', 'void *', '_Out_ void **']],
  CreateSessionOptions: [10, 'status', ['_Out_ void **']],
  SetOptimizedModelFilePath: [11, 'status', ['void *', process.platform === 'win32' ? 'str16' : 'str']],
  EnableProfiling: [14, 'status', ['void *', process.platform === 'win32' ? 'str16' : 'str']],
  DisableMemPattern: [17, 'status', ['void *']],
  SetSessionGraphOptimizationLevel: [23, 'status', ['void *', 'int']],
  CreateRunOptions: [39, 'status', ['_Out_ void **']],
  RunOptionsSetTerminate: [46, 'status', ['void *']],
  RunOptionsUnsetTerminate: [47, 'status', ['void *']],
  CreateTensorAsOrtValue: [48, 'status', ['void *', 'int64_t *', 'size_t', 'int', '_Out_ void **']],
  CreateTensorWithDataAsOrtValue: [49, 'status', ['void *', 'void *', 'size_t', 'int64_t *', 'size_t', 'int', '_Out_ void **']],
  CreateMemoryInfo: [68, 'status', ['str', 'int', 'int', 'int', '_Out_ void **']],
  CreateCpuMemoryInfo: [69, 'status', ['int', 'int', '_Out_ void **']],
  GetAllocatorWithDefaultOptions: [78, 'status', ['_Out_ void **']],
  ReleaseStatus: [93, 'void', ['void *']],
  ReleaseSession: [95, 'void', ['void *']],
  ReleaseValue: [96, 'void', ['void *']],
  ReleaseRunOptions: [97, 'void', ['void *']],
  ReleaseSessionOptions: [100, 'void', ['void *']],
  SessionEndProfiling: [110, 'status', ['void *', 'void *', '_Out_ void **']],
  CreateEnvWithGlobalThreadPools: [119, 'status', ['int', 'str', 'void *', '_Out_ void **']],
  DisablePerSessionThreads: [120, 'status', ['void *']],
  CreateThreadingOptions: [121, 'status', ['_Out_ void **']],
  ReleaseThreadingOptions: [122, 'void', ['void *']],
  AddSessionConfigEntry: [130, 'status', ['void *', 'str', 'str']],
  CreateAllocator: [131, 'status', ['void *', 'void *', '_Out_ void **']],
  RunWithBinding: [133, 'status', ['void *', 'void *', 'void *']],
  CreateIoBinding: [134, 'status', ['void *', '_Out_ void **']],
  ReleaseIoBinding: [135, 'void', ['void *']],
  BindInput: [136, 'status', ['void *', 'str', 'void *']],
  BindOutput: [137, 'status', ['void *', 'str', 'void *']],
  CreateAndRegisterAllocator: [144, 'status', ['void *', 'void *', 'void *']],
  SetGlobalIntraOpNumThreads: [147, 'status', ['void *', 'int']],
  SetGlobalSpinControl: [149, 'status', ['void *', 'int']],
  ReleaseArenaCfg: [157, 'void', ['void *']],
  CreateArenaCfgV2: [164, 'status', ['str *', 'size_t *', 'size_t', '_Out_ void **']],
  AddRunConfigEntry: [165, 'status', ['void *', 'str', 'str']],
  SessionOptionsAppendExecutionProvider_CUDA_V2: [204, 'status', ['void *', 'void *']],
  CreateCUDAProviderOptions: [205, 'status', ['_Out_ void **']],
  UpdateCUDAProviderOptions: [206, 'status', ['void *', 'str *', 'str *', 'size_t']],
  ReleaseCUDAProviderOptions: [208, 'void', ['void *']],
  AddExternalInitializers: [210, 'status', ['void *', 'str *', 'void **', 'size_t']],
  SessionOptionsAppendExecutionProvider: [216, 'status', ['void *', 'str', 'str *', 'str *', 'size_t']],
} as const satisfies Record<string, readonly [number, 'status' | 'void' | 'str', readonly string[]]>

type Name = keyof typeof table
type CFunction = ((...args: unknown[]) => unknown) & { async(...args: unknown[]): void }

/** An error that ONNX Runtime reported: a bug of ours, or a machine out of memory; never a person's mistake. */
export class OrtError extends Error {
  constructor(call: string, message: string) {
    super(`ONNX Runtime, ${call}: ${message}`)
    this.name = 'OrtError'
  }
}

export interface OrtApi {
  /** Calls a function that yields a status; throws OrtError when it is not OK. */
  call(name: Name, ...args: unknown[]): void
  /** Calls a function whose last argument is an output pointer and returns what it points to. */
  make(name: Name, ...args: unknown[]): Handle
  /** The same as `call` on a thread of libuv's pool: the event loop stays free. Arguments must outlive the promise. */
  callAsync(name: Name, ...args: unknown[]): Promise<void>
  release(name: Name, handle: Handle): void
}

/** Absolute path of the ONNX Runtime library for this platform inside the installed onnxruntime-node. */
export function ortLibrary(): string {
  const root = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
  const file = { linux: 'libonnxruntime.so.1', darwin: 'libonnxruntime.1.dylib', win32: 'onnxruntime.dll' }[process.platform as string]
  if (file === undefined) throw new Error(`onnxruntime-node has no library for ${process.platform}`)
  return join(root, 'bin', 'napi-v6', process.platform, process.arch, file)
}

/** Loads the library and reads its function table. */
export function loadOrtApi(library = ortLibrary()): OrtApi {
  process.env.ORT_DISABLE_TELEMETRY = '1'
  const base = koffi.load(library).func('void *OrtGetApiBase()')()
  const getApi = koffi.decode(koffi.decode(base, 'void *'), koffi.proto('void *(uint32_t version)'))
  const api: Handle = getApi(apiVersion)
  if (!api) throw new Error(`${library} does not offer version ${apiVersion} of ONNX Runtime's C API`)

  const functions = {} as Record<Name, CFunction>
  for (const [name, [place, result, args]] of Object.entries(table)) {
    const pointer = koffi.decode(api, place * koffi.sizeof('void *'), 'void *')
    functions[name as Name] = koffi.decode(pointer, koffi.proto(result === 'status' ? 'void *' : result, [...args])) as CFunction
  }

  function check(name: Name, status: unknown): void {
    if (!status) return
    const message = functions.GetErrorMessage(status) as string
    functions.ReleaseStatus(status)
    throw new OrtError(name, message)
  }

  return {
    call: (name, ...args) => check(name, functions[name](...args)),
    make(name, ...args) {
      const out: [Handle] = [null]
      check(name, functions[name](...args, out))
      return out[0]
    },
    callAsync: (name, ...args) => new Promise((resolve, reject) => {
      functions[name].async(...args, (error: Error | null, status: unknown) => {
        try {
          if (error) throw error
          check(name, status)
          resolve()
        } catch (reason) {
          reject(reason as Error)
        }
      })
    }),
    release: (name, handle) => void functions[name](handle),
  }
}
