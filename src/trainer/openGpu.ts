import type { GpuToCheck } from '../gpu/checkLibraries.ts'
import { compile } from '../graph/onnx.ts'
import { input, neg } from '../graph/operators.ts'
import type { Device } from '../runtime/device.ts'
import { openCuda, openWebGpu } from '../runtime/gpu.ts'

/** A GPU by what it is reached through. @throws where that does not work */
export function openGpu(gpu: GpuToCheck, threads: number): Device {
  const any = compile({ y: neg(input('x', 'float32', ['n'])) }).bytes
  return gpu === 'webgpu' ? openWebGpu(threads, any) : openCuda(gpu.cuda, gpu.card, threads, any)
}
