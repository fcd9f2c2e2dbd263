import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runChild } from './child.ts'
import type { Followed } from './children/webgpu.ts'

/** Chromium's software renderer, which Dawn takes as an adapter. */
const chromium = '/usr/lib/chromium'
const driver = `${chromium}/vk_swiftshader_icd.json`

test.runIf(existsSync(driver))('a model trains in the memory of a WebGPU adapter as on the CPU: the state stays there', async () => {
  const { gpu, cpu } = await runChild<{ gpu: Followed, cpu: Followed }>('webgpu', 1, { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: chromium })
  const furthest = (a: number[], b: number[]) => Math.max(...a.map((value, i) => Math.abs(value - b[i])))
  expect(gpu.parameters).toHaveLength(cpu.parameters.length)
  expect(furthest(gpu.losses, cpu.losses)).toBeLessThan(1e-5)
  expect(furthest(gpu.norms, cpu.norms)).toBeLessThan(1e-4)
  expect(Math.max(...gpu.parameters.map((values, i) => furthest(values, cpu.parameters[i])))).toBeLessThan(1e-4)
}, 300_000)
