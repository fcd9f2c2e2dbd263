import { OrtError } from './ortApi.ts'

/** What ONNX Runtime's arenas, CUDA, cuBLAS and Dawn say where a device's memory does not suffice. */
const words = /failed to allocate memory|smaller than requested bytes|out of memory|CUBLAS_STATUS_ALLOC_FAILED|bad_alloc/i

export function isOutOfMemory(error: unknown): boolean {
  return error instanceof OrtError && words.test(error.message)
}
