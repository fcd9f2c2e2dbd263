// What could not be found out is asked again: a GPU, say, that was in use.
import { expect, test, vi } from 'vitest'
import { LookAhead } from '../../src/worker/lookAhead.ts'

const probe = vi.hoisted(() => vi.fn())
vi.mock('../../src/trainer/chooseDevice.ts', () => ({ probeDevices: probe }))

test('a device that could not be looked for is looked for again, one that was found is not', async () => {
  probe.mockRejectedValueOnce(new Error('in use')).mockResolvedValue({ gpu: undefined, reason: 'none' })
  const ahead = new LookAhead()
  await expect(ahead.device(false)).rejects.toThrow('in use')
  for (const _ of [1, 2]) expect(await ahead.device(false)).toMatchObject({ device: 'cpu', device_reason: 'none' })
  expect(probe).toHaveBeenCalledTimes(2)
})
