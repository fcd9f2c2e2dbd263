import type { Device } from '../../src/runtime/device.ts'
import { device } from '../graph/run.ts'

/** The CPU, and which of the tensors made on it are still there. */
export function countingDevice(): { on: Device, living: ReadonlySet<unknown> } {
  const living = new Set<unknown>()
  const counted = <Tensor extends { dispose(): void }>(tensor: Tensor): Tensor => {
    const dispose = tensor.dispose.bind(tensor)
    tensor.dispose = () => (living.delete(tensor), dispose())
    living.add(tensor)
    return tensor
  }
  return { on: { ...device, tensor: (value) => counted(device.tensor(value)), empty: (...args) => counted(device.empty(...args)) }, living }
}
