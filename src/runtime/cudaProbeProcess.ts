/**
 * cudaProbe LIBRARY: asks NVIDIA's driver what it can do, prints one line of JSON (cudaProbe.ts reads it) and is gone. The driver's
 * functions are called off the main thread, so that the time limit holds even where they hang.
 */
import koffi from './koffi.ts'
import type { CudaAnswer } from './cudaProbe.ts'

const milliseconds = 5000
/** CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR */
const capabilityAttributes = [75, 76]
const success = 0 // CUDA_SUCCESS

setTimeout(() => process.kill(process.pid, 'SIGKILL'), milliseconds)
const answer = await ask(process.argv[2])
// Not its own end: the driver's part of that is known to crash.
process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.kill(process.pid, 'SIGKILL'))

async function ask(path: string): Promise<CudaAnswer> {
  const driver = open(path)
  if (driver === undefined) return { found: false }
  const answer: CudaAnswer = { found: true }

  /** Calls a function of the driver; false, with the answer saying so, where it fails. */
  async function call(declaration: string, ...args: unknown[]): Promise<boolean> {
    const name = /\w+(?=\()/.exec(declaration)![0]
    const result = await new Promise<number>((resolve, reject) => {
      driver!.func(declaration).async(...args, (error: Error | null, value: number) => error ? reject(error) : resolve(value))
    })
    if (result !== success) answer.failed = { call: name, result }
    return result === success
  }

  const [version, count, name, value] = [new Int32Array(1), new Int32Array(1), Buffer.alloc(256), new Int32Array(1)]
  if (await call('int cuDriverGetVersion(int *version)', version)) answer.cuda = version[0]
  if (!await call('int cuInit(unsigned int flags)', 0) || !await call('int cuDeviceGetCount(int *count)', count)) return answer
  answer.gpus = []
  const capabilities: number[] = []
  for (let device = 0; device < count[0]; device++) {
    if (!await call('int cuDeviceGetName(char *name, int length, int device)', name, name.length, device)) return answer
    answer.gpus.push(name.toString('utf8').split('\0')[0])
    const parts: number[] = []
    for (const attribute of capabilityAttributes) {
      if (!await call('int cuDeviceGetAttribute(int *value, int attribute, int device)', value, attribute, device)) return answer
      parts.push(value[0])
    }
    capabilities.push(10 * parts[0] + parts[1])
  }
  answer.capabilities = capabilities
  return answer
}

function open(path: string): ReturnType<typeof koffi.load> | undefined {
  try {
    return koffi.load(path)
  } catch {
    return undefined
  }
}
