/** Whole runs on a device with memory of its own, whose part the CPU provider plays. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import type { GivenSettings } from '../../src/protocol/settings.ts'
import type { Device } from '../../src/runtime/device.ts'
import { fineTune } from '../../src/trainer/fineTune.ts'
import { device } from '../graph/run.ts'
import { ownUserFolder } from '../runs/userFolder.ts'

let onDevice = 0
const gpu: Device = { ...device, name: 'cuda:0', halves: ['float16'], empty: (...args) => (onDevice++, device.empty(...args)) }
let chosen: Device
vi.mock('../../src/trainer/chooseDevice.ts', async (original) => ({
  ...await original<object>(),
  probeDevices: () => Promise.resolve({ reason: '' }),
  chooseDevice: () => Promise.resolve({ device: chosen, reason: 'a test', notices: [] }),
}))

const user = ownUserFolder()
const path = (...names: string[]) => join(user.folder, ...names)
beforeEach(() => {
  const rows = Array.from({ length: 24 }, (_, i) => `${['red', 'green', 'blue'][i % 3]} number ${'and number '.repeat(i % 5)}${i},${['warm', 'cold'][i % 2]}`)
  writeFileSync(path('rows.csv'), `text,label\n${rows.join('\n')}\n`)
})

/** @param stopAfter steps, where it is to stop early */
async function run(on: Device, output_dir: string, more: Partial<GivenSettings> = {}, stopAfter = Infinity): Promise<RunEvent[]> {
  chosen = on
  onDevice = 0
  const stop = new AbortController()
  const events: RunEvent[] = []
  const settings = checkSettings({
    model_name_or_path: resolve('test/golden/distilbert'), dataset: [path('rows.csv')], output_dir: path(output_dir), per_device_train_batch_size: 3, gradient_accumulation_steps: 2,
    num_train_epochs: 3, eval_strategy: 'steps', eval_steps: 4, save_strategy: 'steps', save_steps: 4, logging_strategy: 'steps', logging_steps: 2, learning_rate: 1e-3, ...more,
  })
  await fineTune(settings, {
    signal: stop.signal,
    onEvent(event) {
      events.push(event)
      if (event.type === 'preflight') expect(onDevice).toBe(0)
      if (event.type === 'progress' && event.step === stopAfter) stop.abort()
    },
  })
  return events
}

const bytes = (folder: string, file = 'model.safetensors') => readFileSync(path(folder, file))
const measured = (events: RunEvent[]) => events.flatMap((event) => (event.type === 'evaluate' ? [event.eval_loss] : []))

test('trains, evaluates, saves and exports as on the CPU', async () => {
  const [there, here] = [await run(gpu, 'there'), await run(device, 'here')]
  expect(onDevice).toBe(0)
  expect(there.at(-1)).toMatchObject({ type: 'end', outcome: 'finished' })
  expect(measured(there)).toHaveLength(3)
  measured(there).forEach((loss, i) => expect(loss).toBeCloseTo(measured(here)[i]!, 5))
  expect(there.filter(({ type }) => type === 'checkpoint')).toEqual(here.filter(({ type }) => type === 'checkpoint').map((event) => ({ ...event, time: expect.any(String) as string })))
  expect(bytes('there', 'onnx/model.onnx').length).toBe(bytes('here', 'onnx/model.onnx').length)
})

test('in half precision the device computes other numbers', async () => {
  expect(measured(await run(gpu, 'half', { fp16: true }))).not.toEqual(measured(await run(gpu, 'whole')))
})

test.each([[{}], [{ fp16: true }]])('stopped and resumed it ends with the same bytes: %j', async (more) => {
  await run(gpu, 'whole', more)
  expect(onDevice).toBeGreaterThan(0)
  expect((await run(gpu, 'parts', more, 6)).at(-1)).toMatchObject({ type: 'end', outcome: 'stopped', step: 6 })
  expect((await run(gpu, 'parts', more)).at(-1)).toMatchObject({ type: 'end', outcome: 'finished' })
  for (const file of ['model.safetensors', 'onnx/model.onnx', 'predictions.jsonl']) expect(bytes('parts', file).equals(bytes('whole', file)), file).toBe(true)
  const [parts, whole] = ['parts', 'whole'].map((folder) => (JSON.parse(String(bytes(folder, 'trainer_state.json'))) as { log_history: object[] }).log_history)
  const numbers = (rows: object[]) => rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !/runtime|per_second/.test(name))))
  expect(numbers(parts)).toEqual(numbers(whole))
})
