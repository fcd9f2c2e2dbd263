import { checkGpu, type GpuToCheck } from '../gpu/checkLibraries.ts'
import { installedPack } from '../gpu/cudaPack.ts'
import type { Half } from '../graph/autocast.ts'
import { openCpu, type Device } from '../runtime/device.ts'
import { threadBudget } from '../runtime/threads.ts'
import { notice, type Notice } from '../protocol/notices.ts'
import type { Settings } from '../protocol/settings.ts'
import { probeCuda } from '../runtime/cudaProbe.ts'
import { openGpu } from './openGpu.ts'

/** What a run can have, before any of it is loaded. */
export interface DeviceChoice {
  /** None: the CPU. */
  gpu?: GpuToCheck
  /** Why that and nothing faster. */
  reason: string
}

export interface ChosenDevice {
  device: Device
  reason: string
  notices: Notice[]
}

const asAsked = 'as --device says'

/** Finds out what a run can train on: begun before the data is read, known by when it is. */
export async function probeDevices({ device }: Pick<Settings, 'device'>): Promise<DeviceChoice> {
  if (device === 'cpu') return { reason: asAsked }
  if (device === 'webgpu') return checkGpu('webgpu').then(() => ({ gpu: 'webgpu', reason: asAsked }), (error: Error) => ({ reason: error.message }))
  const [probe, pack] = await Promise.all([probeCuda(), installedPack()])
  if ('problem' in probe) return { reason: device === 'cuda' ? `${probe.problem}: ${probe.next}` : probe.problem }
  return pack ? { gpu: { cuda: pack, card: probe }, reason: probe.name } : { reason: `${probe.name} found: finetune gpu install sets it up` }
}

/** The device for a run, and why that one. Where a GPU was asked for or chosen and does not work it is the CPU, and that is said. @param threads that may compute at once */
export async function chooseDevice(probe: Promise<DeviceChoice>, asked: Settings['device'], threads = threadBudget()): Promise<ChosenDevice> {
  const { gpu, reason } = await probe
  const fallBack = (why: string): ChosenDevice => ({ device: openCpu(threads), reason: why, notices: [notice('device.fallback', { reason: why })] })
  if (gpu === undefined) return asked === 'cuda' || asked === 'webgpu' ? fallBack(reason) : { device: openCpu(threads), reason, notices: [] }
  try {
    return { device: openGpu(gpu, threads), reason, notices: [] }
  } catch (error) {
    return fallBack((error as Error).message)
  }
}

type Precision = Pick<Settings, 'fp16' | 'bf16'>

/** The type of products on a device; float32 when undefined. */
export function halfOn({ halves }: Device, precision: Precision): Half | undefined {
  const asked = askedHalf(precision)
  return asked !== undefined && halves.includes(asked) ? asked : undefined
}

/** What is asked for and this device does otherwise. */
export function deviceNotices(device: Device, precision: Precision): Notice[] {
  if (askedHalf(precision) === halfOn(device, precision)) return []
  if (device.halves.length > 0) return [notice('device.no-bfloat16', { device: device.name })]
  return [notice('device.float32', { setting: precision.fp16 ? 'fp16' : 'bf16', device: device.name === 'cpu' ? 'the CPU' : device.name })]
}

function askedHalf({ fp16, bf16 }: Precision): Half | undefined {
  return fp16 ? 'float16' : bf16 ? 'bfloat16' : undefined
}
