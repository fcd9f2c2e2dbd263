import { openCpu, type Device } from '../runtime/device.ts'
import { threadBudget } from '../runtime/threads.ts'
import type { Settings } from '../protocol/settings.ts'
import { probeCuda } from '../runtime/cudaProbe.ts'

/** The device for a run, and why that one. */
export async function chooseDevice({ device }: Pick<Settings, 'device'>): Promise<{ device: Device; reason: string }> {
  const cpu = openCpu(threadBudget())
  if (device === 'cpu') return { device: cpu, reason: 'as --device says' }
  return { device: cpu, reason: await probeCuda() }
}
