import { expect, test } from 'vitest'
import { chooseDevice, deviceNotices, halfOn } from '../../src/trainer/chooseDevice.ts'
import { device } from '../graph/run.ts'

const threads = device.threads
const [plain, fp16, bf16] = [{ fp16: false, bf16: false }, { fp16: true, bf16: false }, { fp16: false, bf16: true }]

test('without a GPU it is the CPU, with the reason; who asked for a GPU is told aloud', async () => {
  const reason = 'no NVIDIA driver found'
  expect(await chooseDevice(Promise.resolve({ reason }), 'auto', threads)).toMatchObject({ device: { name: 'cpu' }, reason, notices: [] })
  for (const asked of ['cuda', 'webgpu'] as const) {
    const chosen = await chooseDevice(Promise.resolve({ reason }), asked, threads)
    expect(chosen).toMatchObject({ device: { name: 'cpu' }, notices: [{ code: 'device.fallback', args: { reason } }] })
  }
})

test('a GPU whose libraries do not load leaves the CPU, aloud', async () => {
  const gpu = { cuda: { onnxruntime: '/nowhere/libonnxruntime.so', cuda: ['/nowhere/libcudart.so.13'] } }
  const { device: { name }, notices } = await chooseDevice(Promise.resolve({ gpu, reason: 'NVIDIA T4' }), 'auto', threads)
  expect(name).toBe('cpu')
  expect(notices.map(({ code, text }) => [code, /nowhere/.test(text)])).toEqual([['device.fallback', true]])
})

test('half precision is for CUDA; elsewhere float32 is used, which is said', () => {
  const [cuda, webgpu] = ['cuda:0', 'webgpu'].map((name) => ({ ...device, name }))
  expect([plain, fp16, bf16].map((each) => halfOn(cuda, each))).toEqual([undefined, 'float16', 'bfloat16'])
  expect([device, webgpu].flatMap((on) => [fp16, bf16].map((each) => halfOn(on, each)))).toEqual(Array(4).fill(undefined))
  expect([device, webgpu, cuda].flatMap((on) => deviceNotices(on, fp16)).map(({ text }) => text)).toEqual([
    'fp16 is asked for, but the CPU trains in float32: so it does', 'fp16 is asked for, but webgpu trains in float32: so it does',
  ])
  expect(deviceNotices(device, plain)).toEqual([])
})
