import { UserError, type ErrorCode } from '../protocol/errors.ts'
import { saysOutOfMemory } from '../runtime/outOfMemory.ts'

/** Failures with a next step of their own, by the words of CUDA (cudaGetErrorString), of the system's loader and of Dawn. */
const known = [
  [/driver version is insufficient|CUDA failure 35\b|CUDA_ERROR_SYSTEM_DRIVER_MISMATCH|CUDA failure 803\b/i, 'gpu.driver-old'],
  [/no CUDA-capable device|CUDA failure 100\b|CUDA_ERROR_NO_DEVICE/i, 'gpu.no-device'],
  [/no kernel image|CUDA failure 209\b|CUBLAS_STATUS_ARCH_MISMATCH/i, 'gpu.no-kernel'],
  [/version `?(GLIBC|GLIBCXX|CXXABI)_\S+ not found/i, 'gpu.system-old'],
  [/cannot open shared object file|specified module could not be found|LoadLibrary failed with error 126/i, 'gpu.library-missing'],
  [/CUDA failure 999\b|CUDA_ERROR_UNKNOWN|unknown error/i, 'gpu.driver-fails'],
  [/WebGPU adapter|requestAdapter/i, 'gpu.no-adapter'],
] as const satisfies readonly (readonly [RegExp, ErrorCode])[]

/** What a step on a GPU failed with, as a mistake that says what to do about it; the reason is kept for those who look further. */
export function checkFailure(reason: string): UserError {
  const code = saysOutOfMemory(reason) ? 'gpu.no-memory' : known.find(([words]) => words.test(reason))?.[1]
  return code === undefined ? new UserError('gpu.check-failed', { reason }) : new UserError(code, { reason })
}
