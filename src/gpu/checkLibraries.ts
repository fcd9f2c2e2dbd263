/** A small step with a GPU's libraries, in a process of its own: a driver may hang there or crash. */
import { spawn } from 'node:child_process'
import { z } from 'zod'
import { childEnvironment } from '../protocol/childEnvironment.ts'
import { printable, UserError } from '../protocol/errors.ts'
import { packageFile } from '../protocol/packageRoot.ts'
import type { CudaCard } from '../runtime/cudaProbe.ts'
import type { CudaLibraries } from '../runtime/gpu.ts'
import { checkFailure } from './checkFailure.ts'

/** What that process prints (trainer/gpuCheckProcess.ts). */
export const gpuReportSchema = z.union([
  z.object({ error: z.string() }),
  z.object({
    device: z.string(),
    /** Of the same step on the CPU, and in each type that the device multiplies in. */
    losses: z.object({ cpu: z.number(), float32: z.number(), float16: z.number().nullable(), bfloat16: z.number().nullable() }),
    /** Milliseconds of a step and its parts, medians. */
    milliseconds: z.object({ batch: z.number(), gradients: z.number(), update: z.number(), step: z.number() }),
    /** Operators of the step that ran on the CPU instead, with how often: those that only tell sizes, and others, which should not. */
    onCpu: z.object({ sizes: z.record(z.string(), z.int()), others: z.record(z.string(), z.int()) }),
    /** Bytes: what was used of the device's memory at most, as seen between steps; the most that this process had (RSS). */
    memory: z.object({ device: z.number().nullable(), process: z.number() }),
  }),
])
export type GpuReport = Exclude<z.infer<typeof gpuReportSchema>, { error: string }>

/** As far as losses of the same step may be apart. */
const tolerance = { float32: 1e-3, float16: 2e-2, bfloat16: 5e-2 }
const patience = 180_000

export type GpuToCheck = { cuda: CudaLibraries, card: CudaCard } | 'webgpu'

/** @throws UserError with what is wrong, in words */
export async function checkGpu(gpu: GpuToCheck, script = packageFile('dist', 'gpuCheck.js'), milliseconds = patience): Promise<GpuReport> {
  const said = await firstLine([script, JSON.stringify(gpu)], milliseconds)
  const report = gpuReportSchema.safeParse(parsed(said)).data
  if (report === undefined) throw new UserError('gpu.check-failed', { reason: 'the process that tried it crashed or did not answer' })
  if ('error' in report) throw checkFailure(printable(report.error))
  const { cpu, ...losses } = report.losses
  for (const type of ['float32', 'float16', 'bfloat16'] as const) {
    const loss = losses[type]
    if (loss !== null && !(Math.abs(loss - cpu) < tolerance[type])) throw new UserError('gpu.check-failed', { reason: `it computes something else than the CPU: in ${type} a loss of ${loss}, not ${cpu}` })
  }
  return report
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** How such a process ends says nothing: drivers are known to crash then. */
function firstLine(command: readonly string[], milliseconds: number): Promise<string> {
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true, env: { ...childEnvironment(), ORT_DISABLE_TELEMETRY: '1' } })
  return new Promise((resolve) => {
    let said = ''
    function end(): void {
      clearTimeout(timer)
      child.kill('SIGKILL')
      child.stdout.destroy()
      child.unref()
      resolve(said.split('\n')[0])
    }
    const timer = setTimeout(end, milliseconds)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('\n')) end()
    })
    child.on('error', end).on('close', end)
  })
}
