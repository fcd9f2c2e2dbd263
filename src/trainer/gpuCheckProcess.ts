/**
 * gpuCheck GPU: trains the same few steps on a GPU and on the CPU, prints one line of JSON (gpu/checkLibraries.ts reads it) and is
 * gone. GPU is `"webgpu"`, or the paths of CUDA's libraries.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GpuReport, GpuToCheck } from '../gpu/checkLibraries.ts'
import type { Half } from '../graph/autocast.ts'
import { architectureOf } from '../models/registry.ts'
import { openCpu, type Device } from '../runtime/device.ts'
import { openGpu } from './openGpu.ts'
import { DeviceEngine } from './deviceEngine.ts'
import type { Example } from './stepInputs.ts'

const steps = 5
const threads = 2
const config = { vocab_size: 1000, dim: 128, n_heads: 4, hidden_dim: 256, n_layers: 2, max_position_embeddings: 64 }
const settings = { weight_decay: 0.01, adam_beta1: 0.9, adam_beta2: 0.999, adam_epsilon: 1e-8, max_grad_norm: 1, seed: 1 }

type Part = 'gradients' | 'update'

/** What tells a session's part, by an output that it alone has. */
const partOf: Readonly<Record<string, Part>> = { loss: 'gradients', result: 'update', 'scale.next': 'update' }

/** A device that notes how long runs take, and where their operators ran. */
class Watched {
  readonly device: Device
  /** Milliseconds of each run since `reset`. */
  times: Record<Part, number> = { gradients: 0, update: 0 }
  readonly #profiles = mkdtempSync(join(tmpdir(), 'finetune-gpu-check-'))

  constructor(device: Device) {
    const load: Device['load'] = (model) => {
      const session = device.load(model, { profilePrefix: join(this.#profiles, 'profile') })
      const bind = session.bind.bind(session)
      session.bind = (options) => {
        const binding = bind(options)
        const [output, run] = [binding.output.bind(binding), binding.run.bind(binding)]
        let part: Part | undefined
        binding.output = (name, tensor) => {
          part ??= partOf[name]
          return output(name, tensor)
        }
        binding.run = async () => {
          const start = performance.now()
          await run()
          if (part !== undefined) this.times[part] += performance.now() - start
        }
        return binding
      }
      return session
    }
    this.device = { ...device, load }
  }

  /** Operators that ran on the CPU, with how many nodes of each; all sessions are to be closed. */
  fallback(): Record<string, number> {
    const nodes = new Map<string, string>()
    for (const file of readdirSync(this.#profiles)) {
      const events = JSON.parse(readFileSync(join(this.#profiles, file), 'utf8')) as { cat?: string, name: string, args?: { provider?: string, op_name?: string } }[]
      for (const { cat, name, args } of events) if (cat === 'Node' && args?.provider === 'CPUExecutionProvider') nodes.set(`${file} ${name}`, args.op_name ?? '')
    }
    rmSync(this.#profiles, { recursive: true })
    const counts: Record<string, number> = {}
    for (const op of nodes.values()) counts[op] = (counts[op] ?? 0) + 1
    return counts
  }
}

function examplesOf(step: number): Example[] {
  return Array.from({ length: 16 }, (_, row) => ({
    label: row % 4, ids: Int32Array.from({ length: 8 + (7 * row + step) % 24 }, (_, place) => 1 + (31 * row + 17 * place + 101 * step) % 999),
  }))
}

interface Trained {
  /** Of the last step. */
  loss: number
  milliseconds: GpuReport['milliseconds']
}

async function train(device: Device, half: Half | undefined, times: Record<Part, number>): Promise<Trained> {
  const architecture = architectureOf('distilbert')
  const engine = new DeviceEngine({
    device, architecture, config: architecture.readConfig(config), labels: 4, settings, half,
    learningRates: Array<number>(steps).fill(1e-4), gradientAccumulationSteps: 1, padTokenId: 0,
  })
  for (const { name, value } of engine.optimizer.slots.values()) {
    const isScale = /norm\.weight$/i.test(name)
    value.forEach((_, i) => { value[i] = isScale ? 1 : 0.05 * Math.sin(12.9898 * i + name.length) })
  }
  const rows: GpuReport['milliseconds'][] = []
  let loss = NaN
  for (let step = 1; step <= steps; step++) {
    Object.assign(times, { gradients: 0, update: 0 })
    const start = performance.now()
    loss = (await engine.step([examplesOf(step)], { step })).loss
    const taken = performance.now() - start
    rows.push({ ...times, step: taken, batch: taken - times.gradients - times.update })
  }
  engine.dispose()
  const median = (part: keyof GpuReport['milliseconds']) => rows.slice(1).map((row) => row[part]).sort((a, b) => a - b)[Math.floor((steps - 1) / 2)]
  return { loss, milliseconds: { batch: median('batch'), gradients: median('gradients'), update: median('update'), step: median('step') } }
}

async function check(gpu: GpuToCheck): Promise<GpuReport> {
  const watched = new Watched(openGpu(gpu, threads))
  const whole = await train(watched.device, undefined, watched.times)
  const half = gpu === 'webgpu' ? undefined : await train(watched.device, 'float16', watched.times)
  const cpu = await train(openCpu(threads), undefined, { gradients: 0, update: 0 })
  return {
    device: watched.device.name,
    losses: { cpu: cpu.loss, float32: whole.loss, float16: half?.loss ?? null },
    milliseconds: (half ?? whole).milliseconds,
    fallback: watched.fallback(),
    peak_memory: process.resourceUsage().maxRSS * 1024,
  }
}

const answer = await check(JSON.parse(process.argv[2]) as GpuToCheck).catch((error: unknown) => ({ error: (error as Error).message }))
// Not its own end: the driver's part of that is known to crash.
process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.kill(process.pid, 'SIGKILL'))
