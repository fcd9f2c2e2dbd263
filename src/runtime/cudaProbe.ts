/** Whether NVIDIA's GPU can be used, and if not, why: NVIDIA's driver is asked in a process of its own, where it may hang or crash. */
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
  /** Their compute capabilities: 10 major + minor. */
  capabilities: z.array(z.int()).optional(),
})
export type CudaAnswer = z.infer<typeof answerSchema>

/** ONNX Runtime's CUDA provider is built for CUDA 13, which needs this driver. */
const neededCuda = 13000
const neededDriver = 580
/** Compute capabilities that its CUDA provider has code for: Turing to Hopper, and the RTX 50 series. */
const supported = [75, 80, 86, 89, 90, 120]
const ampere = 80
const noDevice = 100 // CUDA_ERROR_NO_DEVICE
const restart = `restart the computer; if that does not help, install NVIDIA's driver anew (${neededDriver} or newer)`

const libraries: Partial<Record<NodeJS.Platform, string>> = { linux: 'libcuda.so.1', win32: 'nvcuda.dll' }

/** A GPU that our CUDA provider can use. */
export interface CudaCard {
  name: string
  /** CUDA's number of it. */
  id: number
  /** Whether it computes in bfloat16, as cards from Ampere on do. */
  bfloat16: boolean
}

/** That, or clauses for people: why there is none, and what to do about it. */
export type CudaProbe = CudaCard | { problem: string, next: string }

/** It never fails, and takes `milliseconds` at most. */
export async function probeCuda(script = packageFile('dist', 'cudaProbe.js'), milliseconds = 5000): Promise<CudaProbe> {
  const library = libraries[process.platform]
  if (library === undefined || process.arch !== 'x64') return { problem: 'CUDA needs Linux or Windows on x64', next: 'train on the CPU, or try --device webgpu' }
  return judge(await ask([script, library], milliseconds))
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

function judge(answer: CudaAnswer | undefined): CudaProbe {
  if (answer === undefined) return { problem: 'the NVIDIA driver does not answer', next: restart }
  const { found, failed, cuda = 0, gpus = [], capabilities = [] } = answer
  if (!found) return { problem: 'no NVIDIA driver found', next: `with an NVIDIA card, install NVIDIA's driver (${neededDriver} or newer); in a container, start it with the GPU (--gpus all)` }
  if (failed && failed.result !== noDevice) return { problem: `the NVIDIA driver does not work (${failed.call}: error ${failed.result})`, next: restart }
  if (gpus.length === 0) return { problem: 'NVIDIA driver found, but no GPU', next: 'see whether nvidia-smi lists the card, and what CUDA_VISIBLE_DEVICES says; in a container, start it with the GPU (--gpus all)' }
  if (cuda < neededCuda) {
    return { problem: `NVIDIA driver too old (CUDA ${Math.floor(cuda / 1000)}.${cuda % 1000 / 10}; CUDA 13 needs driver ${neededDriver})`, next: `install NVIDIA's driver ${neededDriver} or newer` }
  }
  const id = gpus.findIndex((_, each) => capabilities[each] === undefined || isSupported(capabilities[each]))
  if (id < 0) {
    const clause = `${printable(gpus[0])} found, but ONNX Runtime has no code for it (compute capability ${capabilities[0] / 10})`
    return { problem: clause, next: 'train on the CPU, or try --device webgpu: CUDA here needs a card of the Turing to Hopper generations, or of the RTX 50 series' }
  }
  return { name: printable(gpus[id]), id, bfloat16: capabilities[id] === undefined || capabilities[id] >= ampere }
}

/** Code for a capability runs on later ones of the same major number. */
function isSupported(capability: number): boolean {
  return supported.some((each) => each <= capability && Math.floor(each / 10) === Math.floor(capability / 10))
}
