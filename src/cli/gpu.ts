/** `finetune gpu`: what this machine's GPU can do for training, and what that needs. */
import { createInterface } from 'node:readline/promises'
import { checkGpu, type GpuReport, type GpuToCheck } from '../gpu/checkLibraries.ts'
import { installedPack, packsFolder, removePacks } from '../gpu/cudaPack.ts'
import { install, planInstall, type InstallPlan } from '../gpu/install.ts'
import { packageIndex } from '../gpu/packageIndex.ts'
import { pythonIndex } from '../gpu/pythonIndex.ts'
import { printable, UserError } from '../protocol/errors.ts'
import { probeCuda } from '../runtime/cudaProbe.ts'
import type { Output } from './runPrinter.ts'
import { bytesText, percentText } from './units.ts'

export interface InstallCommand {
  indexUrl?: string
  reuse: readonly string[]
  /** Nothing is asked. */
  yes: boolean
  input: NodeJS.ReadStream
  output: Output & { isTTY?: boolean }
  signal: AbortSignal
}

/** Says what is to be fetched, asks, and does it. @throws UserError for whatever is in the way */
export async function installGpu({ indexUrl, reuse, yes, input, output, signal }: InstallCommand): Promise<void> {
  const plan = await planInstall({ environments: reuse })
  const index = packageIndex(indexUrl ?? await pythonIndex() ?? await askedIndex({ input, output, signal }))
  output.write(planText(plan, index))
  if (!yes && !await isWanted({ input, output, signal })) return
  let shown = 0
  const pack = await install(plan, {
    index,
    connection: { signal, onWait: (reason, seconds) => output.write(`\n${reason}: trying again in ${seconds} s\n`) },
    onProgress({ project }, bytes, total) {
      if (output.isTTY !== true && bytes < total) return
      if (bytes < total && Date.now() - shown < 200) return
      shown = Date.now()
      output.write(`${output.isTTY ? '\r\u001b[K' : ''}${project}: ${bytesText(bytes)} of ${bytesText(total)}, ${percentText(bytes / total)}${bytes < total ? '' : '\n'}`)
    },
    async check(libraries) {
      output.write('Training a small step with it…\n')
      output.write(reportText(await checkGpu({ cuda: libraries, card: plan.card })))
    },
    onFoundRefused({ message }, { bytes }) {
      output.write(`With the libraries that are here already it does not work: ${printable(message)}\nNVIDIA's are fetched instead, all in all about ${bytesText(bytes)}.\n`)
    },
  })
  output.write(`The GPU is set up: trainings use ${pack.gpu} from now on.\n`)
}

/** Whether trainings use a GPU, and if not, why. */
export async function gpuStatus(output: Output): Promise<void> {
  const [probe, pack] = await Promise.all([probeCuda(), installedPack()])
  const card = 'problem' in probe ? `GPU: none that can be used (${probe.problem}: ${probe.next})` : `GPU: ${probe.name}`
  const state = pack ? `GPU pack: in ${pack.folder}` : 'GPU pack: not installed'
  const next = 'problem' in probe ? 'Trainings use the CPU.' : pack ? 'Trainings use the GPU.' : 'Trainings use the CPU: finetune gpu install sets the GPU up.'
  output.write([card, state, next, ''].join('\n'))
}

export async function removeGpu(output: Output): Promise<void> {
  const bytes = await removePacks()
  output.write(bytes > 0 ? `Removed the GPU pack, ${bytesText(bytes)}: trainings use the CPU.\n` : `There is no GPU pack in ${packsFolder()}.\n`)
}

/** A few steps on the GPU and on the CPU, side by side. @throws UserError where there is no GPU, it fails, or leaves work to the CPU */
export async function checkInstalledGpu(device: 'cuda' | 'webgpu', output: Output): Promise<void> {
  const report = await checkGpu(device === 'webgpu' ? 'webgpu' : await installedCuda())
  output.write(reportText(report))
  const { others } = report.onCpu
  if (Object.keys(others).length > 0) throw new UserError('gpu.on-cpu', { device: report.device, operators: countsText(others) })
}

async function installedCuda(): Promise<GpuToCheck> {
  const [card, cuda] = await Promise.all([probeCuda(), installedPack()])
  if ('problem' in card) throw new UserError('gpu.not-usable', { reason: card.problem, next: card.next })
  if (cuda === undefined) throw new UserError('gpu.not-usable', { reason: 'the GPU pack is not installed', next: 'finetune gpu install' })
  return { cuda, card }
}

/** What is to be fetched, from where and to where. */
export function planText({ card, wheels, found, bytes }: InstallPlan, index: URL): string {
  const reused = [...found].map(([name, path]) => `  ${name} is here already: ${path}\n`)
  const fetched = wheels.map(({ project, bytes: size }) => `  ${project}, about ${bytesText(size)}\n`)
  return [
    `${card.name} can train. ONNX Runtime for CUDA and what it needs of NVIDIA's libraries:\n`, ...reused, ...fetched,
    `About ${bytesText(bytes)} are fetched from the Python package index at ${index.host} and where it keeps its files, into ${packsFolder()}.\n`,
  ].join('')
}

type Asking = Pick<InstallCommand, 'input' | 'output' | 'signal'>

async function isWanted(asking: Asking): Promise<boolean> {
  if (!asking.input.isTTY) throw new UserError('gpu.not-asked', {})
  return /^y(es)?$/i.test(await answerTo('Go on? [y/N] ', asking))
}

/** The address of an index, from a person who has neither pip nor uv. @throws UserError where nobody is there, or none is given */
async function askedIndex(asking: Asking): Promise<string> {
  const address = asking.input.isTTY ? await answerTo('Neither pip nor uv is on this machine to say where Python packages come from.\nAddress of a Python package index: ', asking) : ''
  if (address === '') throw new UserError('gpu.no-index', {})
  return address
}

async function answerTo(question: string, { input, output, signal }: Asking): Promise<string> {
  const lines = createInterface({ input, output: output as unknown as NodeJS.WritableStream })
  try {
    return (await lines.question(question, { signal })).trim()
  } finally {
    lines.close()
  }
}

export function reportText({ device, losses, milliseconds, onCpu, memory }: GpuReport): string {
  const halves = (['float16', 'bfloat16'] as const).flatMap((type) => (losses[type] === null ? [] : [`, in ${type} ${losses[type].toFixed(5)}`]))
  const parts = (['batch', 'gradients', 'update'] as const).map((part) => `${part} ${milliseconds[part].toFixed(1)}`)
  return [
    `device: ${device}`,
    `loss after 5 steps: ${losses.float32.toFixed(5)}${halves.join('')}; on the CPU ${losses.cpu.toFixed(5)}`,
    `a step: ${milliseconds.step.toFixed(1)} ms (${parts.join(', ')})`,
    `operators on the CPU: ${countsText(onCpu.others) || 'none'}; to tell sizes: ${countsText(onCpu.sizes) || 'none'}`,
    ...memory.device === null ? [] : [`memory of the GPU, between steps: ${bytesText(memory.device)}`],
    `memory of the process (RSS), at most: ${bytesText(memory.process)}`,
    '',
  ].join('\n')
}

function countsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).map(([op, count]) => `${op} ${count}`).join(', ')
}
