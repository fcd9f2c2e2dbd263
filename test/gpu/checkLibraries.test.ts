import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkGpu, type GpuReport } from '../../src/gpu/checkLibraries.ts'

const folder = mkdtempSync(join(tmpdir(), 'finetune-gpu-check-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A process in the place of the one that trains a step. */
function script(code: string): string {
  const path = join(folder, 'fake.mjs')
  writeFileSync(path, code)
  return path
}

const says = (answer: unknown) => script(`console.log(${JSON.stringify(JSON.stringify(answer))}); setInterval(() => {}, 1000)`)
const report: GpuReport = {
  device: 'cuda:0', losses: { cpu: 1.25, float32: 1.2501, float16: 1.252, bfloat16: 1.27 }, milliseconds: { batch: 1, gradients: 2, update: 1, step: 4 },
  onCpu: { sizes: { Shape: 3 }, others: {} }, memory: { device: 3e8, process: 1e9 },
}

test('a GPU that computes what the CPU does is believed, whatever becomes of the process', async () => {
  expect(await checkGpu('webgpu', says(report))).toEqual(report)
  expect(await checkGpu('webgpu', script(`process.stdout.write(${JSON.stringify(`${JSON.stringify(report)}\n`)}, () => process.abort())`))).toEqual(report)
})

describe('it is not believed', () => {
  test.each<[string, () => string, RegExp]>([
    ['where its loss is another', () => says({ ...report, losses: { ...report.losses, float32: 1.3 } }), /computes something else than the CPU/],
    ['where its loss in float16 is another', () => says({ ...report, losses: { ...report.losses, float16: 2 } }), /computes something else than the CPU/],
    ['where its loss in bfloat16 is another', () => says({ ...report, losses: { ...report.losses, bfloat16: 1.4 } }), /in bfloat16 a loss of 1.4, not 1.25/],
    ['where it fails, in the words of what failed', () => says({ error: 'something \u001b[31mnew' }), /the GPU was tried, but something  \[31mnew: trainings stay on the CPU/],
    ['where it crashes', () => script('process.abort()'), /crashed or did not answer/],
    ['where it says something else', () => script('console.log("hello"); setInterval(() => {}, 1000)'), /crashed or did not answer/],
  ])('%s', async (_, path, words) => {
    await expect(checkGpu('webgpu', path())).rejects.toThrow(words)
  })

  test('where it says nothing', async () => {
    await expect(checkGpu('webgpu', script('setInterval(() => {}, 1000)'), 200)).rejects.toThrow(/crashed or did not answer/)
  })
})
