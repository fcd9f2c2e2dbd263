import { expect, test } from 'vitest'
import { chooseDevice, deviceNotices, halfOn } from '../../src/trainer/chooseDevice.ts'
import type { Half } from '../../src/graph/autocast.ts'
import type { Device } from '../../src/runtime/device.ts'
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
  const gpu = { card: { name: 'NVIDIA T4', id: 0, bfloat16: false }, cuda: { onnxruntime: '/nowhere/libonnxruntime.so', cuda: ['/nowhere/libcudart.so.13'] } }
  const { device: { name }, notices } = await chooseDevice(Promise.resolve({ gpu, reason: 'NVIDIA T4' }), 'auto', threads)
  expect(name).toBe('cpu')
  expect(notices.map(({ code, text }) => [code, /nowhere/.test(text)])).toEqual([['device.fallback', true]])
})

test('half precision is for CUDA, bfloat16 for cards that have it; elsewhere float32 is used, which is said', () => {
  const [ampere, turing, webgpu] = [['cuda:0', 'float16', 'bfloat16'], ['cuda:0', 'float16'], ['webgpu']].map(([name, ...halves]) => ({ ...device, name, halves: halves as Half[] }))
  const halves = (on: Device) => [plain, fp16, bf16].map((each) => halfOn(on, each))
  expect(halves(ampere)).toEqual([undefined, 'float16', 'bfloat16'])
  expect(halves(turing)).toEqual([undefined, 'float16', undefined])
  expect([...halves(device), ...halves(webgpu)]).toEqual(Array(6).fill(undefined))
  expect([device, webgpu, turing, ampere].flatMap((on) => deviceNotices(on, fp16)).map(({ text }) => text)).toEqual([
    'fp16 is asked for, but the CPU trains in float32: so it does', 'fp16 is asked for, but webgpu trains in float32: so it does',
  ])
  expect([turing, ampere].flatMap((on) => deviceNotices(on, bf16)).map(({ code }) => code)).toEqual(['device.no-bfloat16'])
  expect([device, turing, ampere].flatMap((on) => deviceNotices(on, plain))).toEqual([])
})
