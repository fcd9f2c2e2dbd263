import { expect, test } from 'vitest'
import { checkDevice } from '../../src/trainer/gpuCheck.ts'
import { reportText } from '../../src/cli/gpu.ts'
import { device } from '../graph/run.ts'

test('a device is compared with the CPU, timed, and asked where its operators run', async () => {
  let used = 5e8
  // The CPU in the place of a device: it has float16, computed in float32, and all operators "fell back".
  const report = await checkDevice({ ...device, name: 'cuda:0', halves: ['float16'] }, device, { memoryUsed: () => (used += 1e6) })
  expect(report.losses.float32).toBeCloseTo(report.losses.cpu, 5)
  expect(Math.abs(report.losses.float16! - report.losses.cpu)).toBeLessThan(2e-2)
  expect(report.losses.float16).not.toBe(report.losses.float32)
  expect(report.losses.bfloat16).toBeNull()
  expect(report.memory.device).toBe(10e6)
  expect(report.onCpu.others).toMatchObject({ Gemm: expect.any(Number), Softmax: expect.any(Number), LayerNormalization: expect.any(Number), Gather: expect.any(Number) })
  expect(Object.keys(report.onCpu.sizes)).toContain('Shape')
  expect(Object.keys(report.onCpu.sizes)).not.toContain('Gemm')
  const { batch, gradients, update, step } = report.milliseconds
  for (const part of [gradients, update, step]) expect(part).toBeGreaterThan(0)
  expect(gradients + update).toBeLessThan(step * 3)
  expect(batch).toBeLessThan(step)
  expect(reportText(report)).toMatch(/in float16 .*operators on the CPU: .*Gemm \d+.*memory of the GPU, between steps: 10 MB\nmemory of the process \(RSS\), at most: /s)
})
