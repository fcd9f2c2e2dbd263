import { openCpu, type Device } from '../runtime/device.ts'
import { threadBudget } from '../runtime/threads.ts'
import { notice, type Notice } from '../protocol/notices.ts'
import type { Settings } from '../protocol/settings.ts'
import { probeCuda } from '../runtime/cudaProbe.ts'

/** Finds out why a run cannot have a faster device: begun before the data is read, known by when it is. */
export async function probeDevices({ device }: Pick<Settings, 'device'>): Promise<string> {
  if (device === 'cpu') return 'as --device says'
  const probe = await probeCuda()
  return 'problem' in probe ? probe.problem : `${probe.gpu} found, but training on the GPU comes with a later version`
}

/** The device for a run, and why that one. @param threads that may compute at once */
export async function chooseDevice(probe: Promise<string>, threads = threadBudget()): Promise<{ device: Device; reason: string }> {
  const cpu = openCpu(threads)
  return { device: cpu, reason: await probe }
}

/** What is asked for and this device does otherwise. */
export function deviceNotices({ fp16, bf16 }: Pick<Settings, 'fp16' | 'bf16'>): Notice[] {
  return fp16 || bf16 ? [notice('device.float32', { setting: fp16 ? 'fp16' : 'bf16' })] : []
}
