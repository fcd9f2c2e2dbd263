/** A small step with a GPU's libraries, in a process of its own: a driver may hang there or crash. */
import { spawn } from 'node:child_process'
import { z } from 'zod'
import { childEnvironment } from '../protocol/childEnvironment.ts'
import { printable, UserError } from '../protocol/errors.ts'
import { packageFile } from '../protocol/packageRoot.ts'
import type { CudaLibraries } from '../runtime/gpu.ts'

/** What that process prints (trainer/gpuCheckProcess.ts). */
export const gpuReportSchema = z.union([
  z.object({ error: z.string() }),
  z.object({
    device: z.string(),
    /** Of the same step on the CPU, in float32 on the device, and in float16. */
    losses: z.object({ cpu: z.number(), float32: z.number(), float16: z.number().nullable() }),
    /** Milliseconds of a step and its parts, medians. */
    milliseconds: z.object({ batch: z.number(), gradients: z.number(), update: z.number(), step: z.number() }),
    /** Operators of the step that ran on the CPU instead, with how often. */
    fallback: z.record(z.string(), z.int()),
    /** Most memory of this process that was used at once, in bytes. */
    peak_memory: z.number(),
  }),
])
export type GpuReport = Exclude<z.infer<typeof gpuReportSchema>, { error: string }>

/** As far as losses of the same step may be apart. */
const tolerance = { float32: 1e-3, float16: 2e-2 }
const patience = 180_000

export type GpuToCheck = { cuda: CudaLibraries } | 'webgpu'

/** @throws UserError with what is wrong, in words */
export async function checkGpu(gpu: GpuToCheck, script = packageFile('dist', 'gpuCheck.js'), milliseconds = patience): Promise<GpuReport> {
  const said = await firstLine([script, JSON.stringify(gpu)], milliseconds)
  const report = gpuReportSchema.safeParse(parsed(said)).data
  if (report === undefined) throw new UserError('gpu.check-failed', { reason: 'the process that tried it crashed or did not answer' })
  if ('error' in report) throw new UserError('gpu.check-failed', { reason: printable(report.error) })
  const { cpu, float32, float16 } = report.losses
  const isWrong = !(Math.abs(float32 - cpu) < tolerance.float32) || (float16 !== null && !(Math.abs(float16 - cpu) < tolerance.float16))
  if (isWrong) throw new UserError('gpu.check-failed', { reason: `it computes something else than the CPU: a loss of ${float32} and ${float16}, not ${cpu}` })
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
