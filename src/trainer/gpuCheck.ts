/** What a GPU makes of a few small steps: whether it computes as the CPU does, how long the parts take, and where the operators run. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GpuReport } from '../gpu/checkLibraries.ts'
import type { Half } from '../graph/autocast.ts'
import { architectureOf } from '../models/registry.ts'
import type { Device } from '../runtime/device.ts'
import { DeviceEngine } from './deviceEngine.ts'
import type { Example } from './stepInputs.ts'

const steps = 5
const config = { vocab_size: 1000, dim: 128, n_heads: 4, hidden_dim: 256, n_layers: 2, max_position_embeddings: 64 }
const settings = { weight_decay: 0.01, adam_beta1: 0.9, adam_beta2: 0.999, adam_epsilon: 1e-8, max_grad_norm: 1, seed: 1 }

/** What may run on the CPU: the operators that tell sizes, on int64, which ONNX Runtime computes there for every device. */
const sizeOperators = new Set(['Cast', 'Shape', 'Size', 'Gather', 'Concat', 'Reshape', 'Squeeze', 'Unsqueeze', 'Expand', 'ReduceSum', 'Range', 'Slice'])

type Part = 'gradients' | 'update'

/** What tells a session's part, by an output that it alone has. */
const partOf: Readonly<Record<string, Part>> = { loss: 'gradients', result: 'update', 'scale.next': 'update' }

export interface CheckOptions {
  /** Bytes of the device's memory that are used now, where that can be asked. */
  memoryUsed?(): number
}

/** Trains the same steps on both, in each type that the device multiplies in. */
export async function checkDevice(device: Device, cpu: Device, { memoryUsed = () => NaN }: CheckOptions = {}): Promise<GpuReport> {
  const before = memoryUsed()
  let most = before
  const trained = new Map<Half | undefined, Trained>()
  for (const half of [undefined, ...device.halves]) {
    trained.set(half, await train(device, half, () => { most = Math.max(most, memoryUsed()) }))
  }
  const lossIn = (half: Half) => trained.get(half)?.loss ?? null
  return {
    device: device.name,
    losses: { cpu: (await train(cpu, undefined)).loss, float32: trained.get(undefined)!.loss, float16: lossIn('float16'), bfloat16: lossIn('bfloat16') },
    milliseconds: trained.get(device.halves[0])!.milliseconds,
    onCpu: await operatorsOnCpu(device),
    memory: { device: Number.isNaN(before) ? null : most - before, process: process.resourceUsage().maxRSS * 1024 },
  }
}

interface Trained {
  /** Of the last step. */
  loss: number
  milliseconds: GpuReport['milliseconds']
}

async function train(device: Device, half: Half | undefined, afterStep = () => {}): Promise<Trained> {
  const times: Record<Part, number> = { gradients: 0, update: 0 }
  const engine = openEngine(timed(device, times), half)
  const rows: GpuReport['milliseconds'][] = []
  let loss = NaN
  for (let step = 1; step <= steps; step++) {
    Object.assign(times, { gradients: 0, update: 0 })
    const start = performance.now()
    loss = (await engine.step([examplesOf(step)], { step })).loss
    const taken = performance.now() - start
    rows.push({ ...times, step: taken, batch: taken - times.gradients - times.update })
    afterStep()
  }
  engine.dispose()
  const median = (part: keyof GpuReport['milliseconds']) => rows.slice(1).map((row) => row[part]).sort((a, b) => a - b)[Math.floor((steps - 1) / 2)]
  return { loss, milliseconds: { batch: median('batch'), gradients: median('gradients'), update: median('update'), step: median('step') } }
}

function openEngine(device: Device, half: Half | undefined): DeviceEngine {
  const architecture = architectureOf('distilbert')
  const engine = new DeviceEngine({
    device, architecture, config: architecture.readConfig(config), labels: 4, settings, half,
    learningRates: Array<number>(steps).fill(1e-4), gradientAccumulationSteps: 1, padTokenId: 0,
  })
  for (const { name, value } of engine.optimizer.slots.values()) {
    const isScale = /norm\.weight$/i.test(name)
    value.forEach((_, i) => { value[i] = isScale ? 1 : 0.05 * Math.sin(12.9898 * i + name.length) })
  }
  return engine
}

function examplesOf(step: number): Example[] {
  return Array.from({ length: 16 }, (_, row) => ({
    label: row % 4, ids: Int32Array.from({ length: 8 + (7 * row + step) % 24 }, (_, place) => 1 + (31 * row + 17 * place + 101 * step) % 999),
  }))
}

/** The same device, which adds up how long runs take. */
function timed(device: Device, times: Record<Part, number>): Device {
  const load: Device['load'] = (model, options) => {
    const session = device.load(model, options)
    const bind = session.bind.bind(session)
    session.bind = (bindOptions) => {
      const binding = bind(bindOptions)
      const [output, run] = [binding.output.bind(binding), binding.run.bind(binding)]
      let part: Part | undefined
      binding.output = (name, tensor) => {
        part ??= partOf[name]
        return output(name, tensor)
      }
      binding.run = async () => {
        const start = performance.now()
        await run()
        if (part !== undefined) times[part] += performance.now() - start
      }
      return binding
    }
    return session
  }
  return { ...device, load }
}

interface ProfileEvent {
  cat?: string
  name: string
  args?: { provider?: string, op_name?: string, output_type_shape?: Record<string, number[]>[] }
}

/** By ONNX Runtime's profile of one step of its own, which would slow down those that are timed. */
async function operatorsOnCpu(device: Device): Promise<GpuReport['onCpu']> {
  const folder = mkdtempSync(join(tmpdir(), 'finetune-gpu-check-'))
  // ONNX Runtime adds but the second to a name: sessions of the same second need names of their own.
  let sessions = 0
  try {
    for (const half of [undefined, ...device.halves]) {
      const engine = openEngine({ ...device, load: (model) => device.load(model, { profilePrefix: join(folder, `${sessions++}`) }) }, half)
      await engine.step([examplesOf(1)], { step: 1 })
      engine.dispose()
    }
    const found: GpuReport['onCpu'] = { sizes: {}, others: {} }
    for (const { op, ofSizes } of readdirSync(folder).flatMap((file) => nodesOnCpu(join(folder, file)))) {
      const counts = ofSizes ? found.sizes : found.others
      counts[op] = (counts[op] ?? 0) + 1
    }
    return found
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function nodesOnCpu(file: string): { op: string, ofSizes: boolean }[] {
  const nodes = new Map<string, { op: string, ofSizes: boolean }>()
  for (const { cat, name, args } of JSON.parse(readFileSync(file, 'utf8')) as ProfileEvent[]) {
    if (cat !== 'Node' || args?.provider !== 'CPUExecutionProvider') continue
    const [op, outputs] = [args.op_name ?? '', args.output_type_shape ?? []]
    nodes.set(name, { op, ofSizes: sizeOperators.has(op) && outputs.every((output) => Object.keys(output).every((type) => type === 'int64')) })
  }
  return [...nodes.values()]
}
