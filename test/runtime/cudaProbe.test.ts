import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { packageFile } from '../../src/protocol/packageRoot.ts'
import { probeCuda, type CudaAnswer } from '../../src/runtime/cudaProbe.ts'

const folder = mkdtempSync(join(tmpdir(), 'finetune-probe-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A process in the place of the one that asks the driver. */
function script(code: string): string {
  const path = join(folder, 'fake.mjs')
  writeFileSync(path, code)
  return path
}

const hasCuda = ['linux x64', 'win32 x64'].includes(`${process.platform} ${process.arch}`)

describe.runIf(hasCuda)('what a person is told of', () => {
  const gpus = ['NVIDIA H100 80GB HBM3']
  test.each<[string, CudaAnswer, string]>([
    ['a GPU without code for it', { found: true, cuda: 13010, gpus: ['Tesla V100'], capabilities: [70] }, 'Tesla V100 found, but ONNX Runtime has no code for it (compute capability 7)'],
    ['two of which neither has code', { found: true, cuda: 13010, gpus: ['Tesla V100', 'GTX 1080'], capabilities: [70, 61] }, 'Tesla V100 found, but ONNX Runtime has no code for it (compute capability 7)'],
    ['one of a later generation', { found: true, cuda: 13010, gpus: ['NVIDIA B200'], capabilities: [100] }, 'NVIDIA B200 found, but ONNX Runtime has no code for it (compute capability 10)'],
    ['no driver', { found: false }, 'no NVIDIA driver found'],
    ['a driver without GPU', { found: true, cuda: 13000, failed: { call: 'cuInit', result: 100 } }, 'NVIDIA driver found, but no GPU'],
    ['a driver with none to be seen', { found: true, cuda: 13000, gpus: [] }, 'NVIDIA driver found, but no GPU'],
    ['a driver that fails', { found: true, cuda: 13000, failed: { call: 'cuInit', result: 999 } }, 'the NVIDIA driver does not work (cuInit: error 999)'],
    ['an old driver', { found: true, cuda: 12080, gpus }, 'NVIDIA driver too old (CUDA 12.8; CUDA 13 needs driver 580)'],
  ])('%s', async (_, answer, clause) => {
    expect(await probeCuda(script(`console.log(${JSON.stringify(JSON.stringify(answer))})`))).toEqual({ problem: clause, next: expect.stringMatching(/install|restart|nvidia-smi|--device/) })
  })

  test.each([[75], [80], [86], [89], [90], [120]])('a GPU of compute capability %i can be used', async (capability) => {
    const answer: CudaAnswer = { found: true, cuda: 13010, gpus, capabilities: [capability] }
    expect(await probeCuda(script(`console.log(${JSON.stringify(JSON.stringify(answer))})`))).toEqual({ name: gpus[0], id: 0, bfloat16: capability >= 80 })
  })

  test('of several GPUs it is the first that can be used', async () => {
    const answer: CudaAnswer = { found: true, cuda: 13010, gpus: ['GTX 1080', 'Tesla T4', 'NVIDIA H100'], capabilities: [61, 75, 90] }
    expect(await probeCuda(script(`console.log(${JSON.stringify(JSON.stringify(answer))})`))).toEqual({ name: 'Tesla T4', id: 1, bfloat16: false })
  })

  test.each([
    ['a process that crashes after its answer', 'process.stdout.write(`{"found":false}\\n`, () => process.abort())', 'no NVIDIA driver found'],
    ['one that stays after its answer', 'console.log(`{"found":false}`); setInterval(() => {}, 1000)', 'no NVIDIA driver found'],
    ['one that crashes before', 'process.abort()', 'the NVIDIA driver does not answer'],
    ['one that says something else', 'console.log(`{"found":"maybe"}`)', 'the NVIDIA driver does not answer'],
  ])('%s', async (_, code, clause) => {
    expect(await probeCuda(script(code))).toEqual({ problem: clause, next: expect.stringMatching(/install|restart|nvidia-smi|--device/) })
  })

  test('one that says nothing is not waited for', async () => {
    expect(await probeCuda(script('setInterval(() => {}, 1000)'), 200)).toMatchObject({ problem: 'the NVIDIA driver does not answer' })
  })
})

describe('the process that asks', () => {
  const ask = (library: string) => JSON.parse(execProbe(library)) as CudaAnswer

  test('finds no driver where there is no such library', () => {
    expect(ask('libcuda-that-is-not-there.so.1')).toEqual({ found: false })
  })

  test.runIf(process.platform === 'linux')('says nothing of a library that is no driver', () => {
    expect(execProbe('libc.so.6')).toBe('')
  })
})

/** What it prints: it ends by a signal of its own. */
function execProbe(library: string): string {
  try {
    return execFileSync(process.execPath, [packageFile('dist', 'cudaProbe.js'), library], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

test.runIf(!hasCuda)('elsewhere nothing is asked', async () => {
  expect(await probeCuda(script('throw new Error()'))).toMatchObject({ problem: 'CUDA needs Linux or Windows on x64' })
})
