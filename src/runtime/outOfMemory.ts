import { OrtError } from './ortApi.ts'

/** What ONNX Runtime's arenas, CUDA, cuBLAS and Dawn say where a device's memory does not suffice. */
const words = /failed to allocate memory|smaller than requested bytes|out of memory|CUBLAS_STATUS_ALLOC_FAILED|bad_alloc/i
/** What V8 says of arrays and of WebAssembly's memories. */
const wordsOfV8 = /allocation failed|could not allocate memory/i

export function isOutOfMemory(error: unknown): boolean {
  return (error instanceof OrtError && saysOutOfMemory(error.message)) || (error instanceof RangeError && wordsOfV8.test(error.message))
}

export function saysOutOfMemory(text: string): boolean {
  return words.test(text)
}
