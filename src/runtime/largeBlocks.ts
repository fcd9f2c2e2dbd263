import koffi from './koffi.ts'

/** M_MMAP_THRESHOLD of malloc.h. */
const mmapThreshold = -3
const bytes = 1 << 20

/**
 * On Linux, blocks of a mebibyte and more go back to the system as soon as ONNX Runtime's arena frees them. By itself glibc raises
 * that bound to the largest block ever freed (mallopt(3)): smaller ones then stay, with holes between them that a larger one does
 * not fit in, for DistilBERT nearly 400 MiB.
 */
export function giveBackLargeBlocks(): void {
  if (process.platform === 'linux') koffi.load(null).func('int mallopt(int param, int value)')(mmapThreshold, bytes)
}
