/**
 * gpuCheck GPU: trains a few steps on a GPU and on the CPU, prints one line of JSON (gpu/checkLibraries.ts reads it) and is gone.
 * GPU is `"webgpu"`, or the paths of CUDA's libraries and the card.
 */
import type { GpuReport, GpuToCheck } from '../gpu/checkLibraries.ts'
import { cudaMemoryUsed } from '../runtime/cudaMemory.ts'
import { openCpu } from '../runtime/device.ts'
import { checkDevice } from './gpuCheck.ts'
import { openGpu } from './openGpu.ts'

const threads = 2

async function check(gpu: GpuToCheck): Promise<GpuReport> {
  const device = openGpu(gpu, threads)
  return checkDevice(device, openCpu(threads), { memoryUsed: gpu === 'webgpu' ? undefined : cudaMemoryUsed(gpu.cuda, gpu.card) })
}

const answer = await check(JSON.parse(process.argv[2]) as GpuToCheck).catch((error: unknown) => ({ error: (error as Error).message }))
// Not its own end: the driver's part of that is known to crash.
process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.kill(process.pid, 'SIGKILL'))
