/** Why this machine trains on its CPU: NVIDIA's driver is asked in a process of its own, where it may hang or crash. */
import { spawn, type ChildProcess } from 'node:child_process'
import { z } from 'zod'
import { printable } from '../protocol/errors.ts'
import { childEnvironment } from '../protocol/childEnvironment.ts'
import { packageFile } from '../protocol/packageRoot.ts'

/** What that process prints (cudaProbeProcess.ts). */
const answerSchema = z.object({
  /** Whether there is a driver's library at all. */
  found: z.boolean(),
  /** The newest CUDA that the driver can run: 1000 major + 10 minor. */
  cuda: z.int().optional(),
  /** The function that failed, with its CUresult. */
  failed: z.object({ call: z.string(), result: z.int() }).optional(),
  /** Names of the GPUs. */
  gpus: z.array(z.string()).optional(),
})
export type CudaAnswer = z.infer<typeof answerSchema>

/** ONNX Runtime's CUDA provider is built for CUDA 13, which needs this driver. */
const neededCuda = 13000
const neededDriver = 580
const noDevice = 100 // CUDA_ERROR_NO_DEVICE

const libraries: Partial<Record<NodeJS.Platform, string>> = { linux: 'libcuda.so.1', win32: 'nvcuda.dll' }

/** A clause for people. It never fails, and takes `milliseconds` at most. */
export async function probeCuda(script = packageFile('dist', 'cudaProbe.js'), milliseconds = 5000): Promise<string> {
  const library = libraries[process.platform]
  if (library === undefined || process.arch !== 'x64') return 'CUDA needs Linux or Windows on x64'
  return clauseOf(await ask([script, library], milliseconds))
}

/** The first line is the answer: how a process ends that has loaded a driver says nothing. */
function ask(command: readonly string[], milliseconds: number): Promise<CudaAnswer | undefined> {
  const child = spawn(process.execPath, command, {
    stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true, env: { ...childEnvironment(), ORT_DISABLE_TELEMETRY: '1' },
  })
  return new Promise((resolve) => {
    let said = ''
    const timer = setTimeout(() => end(), milliseconds)
    function end(answer?: CudaAnswer): void {
      clearTimeout(timer)
      letGo(child)
      resolve(answer)
    }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('\n')) end(answerIn(said))
    })
    child.on('error', () => end()).on('close', () => end())
  })
}

/** A process that hangs in a driver may survive even SIGKILL: nobody waits for it. */
function letGo(child: ChildProcess): void {
  child.kill('SIGKILL')
  child.stdout?.destroy()
  child.unref()
}

function answerIn(line: string): CudaAnswer | undefined {
  try {
    return answerSchema.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}

function clauseOf(answer: CudaAnswer | undefined): string {
  if (answer === undefined) return 'the NVIDIA driver does not answer'
  const { found, failed, cuda = 0, gpus = [] } = answer
  if (!found) return 'no NVIDIA driver found'
  if (failed && failed.result !== noDevice) return `the NVIDIA driver does not work (${failed.call}: error ${failed.result})`
  if (gpus.length === 0) return 'NVIDIA driver found, but no GPU'
  if (cuda < neededCuda) return `NVIDIA driver too old (CUDA ${Math.floor(cuda / 1000)}.${cuda % 1000 / 10}; CUDA 13 needs driver ${neededDriver})`
  return `${printable(gpus[0])} found, but training on the GPU comes with a later version`
}
