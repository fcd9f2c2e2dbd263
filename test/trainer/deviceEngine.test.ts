import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startState } from '../../src/runs/trainerState.ts'
import { noProgress } from '../../src/runs/trainingProgress.ts'
import { readCheckpointFiles, writeCheckpointFiles } from '../../src/trainer/checkpoint.ts'
import { DeviceEngine, type DeviceEngineOptions } from '../../src/trainer/deviceEngine.ts'
import type { Notice } from '../../src/protocol/notices.ts'
import type { Device } from '../../src/runtime/device.ts'
import type { DeviceTensor } from '../../src/runtime/deviceTensor.ts'
import { OrtError } from '../../src/runtime/ortApi.ts'
import type { Example } from '../../src/trainer/stepInputs.ts'
import { device } from '../graph/run.ts'
import { families, randomParameter, tinyModel, type Family, type Sizes } from '../models/tinyModels.ts'
import { countingDevice } from '../runtime/countingDevice.ts'
import { expectClose, follow, microBatches, settings, type Trajectory } from './engines.ts'
import { smallDevice } from './smallDevice.ts'

const dropout = [0.2, 0.3, 0.4] as const

type Setup = Sizes & Pick<DeviceEngineOptions, 'half' | 'say'> & { family: Family, accumulation?: number, ahead?: boolean, rates?: readonly number[] }

function openDeviceEngine({ family, ahead: _ahead, accumulation = 1, rates = [1, 2, 3, 4, 5].map((step) => 1e-2 / step), half, say, ...sizes }: Setup, on = device): DeviceEngine {
  const { architecture, config } = tinyModel(family, sizes)
  const engine = new DeviceEngine({
    device: on, architecture, config, labels: 3, half, say, settings: { ...settings, seed: 42 }, learningRates: rates, gradientAccumulationSteps: accumulation, padTokenId: 0,
  })
  for (const { name, shape, value } of engine.optimizer.slots.values()) value.set(randomParameter(name, shape))
  return engine
}

async function followOnDevice(setup: Setup, batches: readonly Example[][][], on = device): Promise<Trajectory> {
  const engine = openDeviceEngine(setup, on)
  const steps = []
  for (const [i, micro] of batches.entries()) {
    const running = engine.step(micro, { step: i + 1 })
    if (setup.ahead && i + 1 < batches.length) engine.prepare(batches[i + 1], i + 2)
    steps.push(await running)
  }
  await engine.toHost()
  const parameters = new Map([...engine.optimizer.slots].map(([name, { value }]) => [name, value.slice()]))
  engine.dispose()
  return { steps, gradients: new Map(), parameters }
}

/** A device that tells of each tensor bound to the input `name`. */
function noting(on: Device, name: string, note: (tensor: DeviceTensor) => void): Device {
  return {
    ...on,
    load(...args) {
      const session = on.load(...args)
      const bind = session.bind.bind(session)
      session.bind = (options) => {
        const binding = bind(options)
        const input = binding.input.bind(binding)
        binding.input = (to, tensor) => {
          if (to === name) note(tensor)
          return input(to, tensor)
        }
        return binding
      }
      return session
    },
  }
}

const batchesOf = (lengths: readonly (readonly number[])[]) => [1, 2, 3, 4, 5].map((step) => microBatches(lengths, step))

describe.each(families)('%s', (family) => {
  test.each([[1, [[5, 9, 2, 7]]], [3, [[5, 9, 2], [12], [3, 7]]]])('5 steps in float32 as the reference, accumulation %i', async (accumulation, lengths) => {
    const batches = batchesOf(lengths)
    const expected = await follow({ family, layout: 'padded', optimizer: 'onnx', accumulation, dropout }, batches)
    expectClose(await followOnDevice({ family, accumulation, dropout }, batches), { ...expected, gradients: new Map() })
  })

  test('5 steps in float16 are near those in float32', async () => {
    const batches = batchesOf([[5, 9, 2, 7]])
    const rates = Array<number>(5).fill(1e-4)
    const [half, whole] = [await followOnDevice({ family, half: 'float16', dropout, rates }, batches), await followOnDevice({ family, dropout, rates }, batches)]
    half.steps.forEach(({ loss, gradNorm }, i) => {
      expect(Math.abs(loss - whole.steps[i].loss)).toBeLessThan(2e-2 * whole.steps[i].loss)
      expect(Math.abs(gradNorm / whole.steps[i].gradNorm - 1)).toBeLessThan(2e-2)
    })
    expect(half.steps).not.toEqual(whole.steps)
  })
})

test('a step in float16 whose gradients overflow changes nothing, the loss scale is halved until they do not, and the learning rate waits', async () => {
  const rates = [3e-3, 2e-3, 1e-3]
  const engine = openDeviceEngine({ family: 'distilbert', half: 'float16', rates })
  engine.optimizer.state = { scale: 2 ** 30, growth_tracker: 7, updates: 0 }
  const values = () => structuredClone([...engine.optimizer.slots.values()].map(({ value, m, v }) => [value, m, v]))
  const start = values()
  const steps = []
  for (let step = 1; step <= 40 && !(steps.at(-1)?.overflow === false); step++) {
    steps.push(await engine.step(microBatches([[5, 9, 2, 7]], 1), { step }))
    await engine.toHost()
    if (steps.at(-1)!.overflow) expect(values()).toEqual(start)
  }
  const skipped = steps.length - 1
  expect(skipped).toBeGreaterThan(3)
  expect(engine.optimizer.state).toEqual({ scale: 2 ** (30 - skipped), growth_tracker: 1, updates: 1 })
  expect(new Set(steps.map(({ learningRate }) => learningRate))).toEqual(new Set([3e-3]))
  expect(values()).not.toEqual(start)
  expect(await engine.step(microBatches([[5, 9, 2, 7]], 2), { step: steps.length + 1 })).toMatchObject({ overflow: false, learningRate: 2e-3 })
  engine.dispose()
})

test('a step frees every tensor that it makes', async () => {
  const { on, living } = countingDevice()
  const engine = openDeviceEngine({ family: 'bert', accumulation: 2, dropout }, on)
  await engine.step(microBatches([[5, 3], [9]], 1), { step: 1 })
  const bound = living.size
  for (let step = 2; step <= 4; step++) await engine.step(microBatches([[5, 3 + step], [9]], step), { step })
  expect(bound).toBeGreaterThan(50)
  expect(living.size).toBe(bound)
  engine.dispose()
})

test('what leaves the device takes all with it, and trains on as if it had not', async () => {
  const batches = batchesOf([[5, 9, 2, 7]])
  const setup: Setup = { family: 'distilbert', dropout, half: 'float16' }
  const { on, living } = countingDevice()
  const engine = openDeviceEngine(setup, on)
  const steps = []
  for (const [i, micro] of batches.entries()) {
    const running = engine.step(micro, { step: i + 1 })
    if (i + 1 < batches.length) engine.prepare(batches[i + 1], i + 2)
    steps.push(await running)
    if (i === 2) {
      await engine.toHost()
      expect(living.size).toBeGreaterThan(50)
      engine.leaveDevice()
      expect(living.size).toBe(0)
    }
  }
  expect(steps).toEqual((await followOnDevice(setup, batches)).steps)
  engine.dispose()
})

test.each([[1, [[5, 9, 2, 7]]], [3, [[5, 9, 2], [12], [3, 7]]]])('batches that are prepared while others run are what they would be later, accumulation %i', async (accumulation, lengths) => {
  const prepared: boolean[] = []
  let running = 0
  const watching: Device = {
    ...device,
    load(...args) {
      const session = device.load(...args)
      const bind = session.bind.bind(session)
      session.bind = () => {
        const binding = bind()
        const [input, run] = [binding.input.bind(binding), binding.run.bind(binding)]
        binding.input = (name, tensor) => {
          if (name === 'targets') prepared.push(running > 0)
          return input(name, tensor)
        }
        binding.run = async () => {
          running++
          await run().finally(() => running--)
        }
        return binding
      }
      return session
    },
  }
  const batches = batchesOf(lengths)
  const setup: Setup = { family: 'distilbert', accumulation, dropout }
  expect(await followOnDevice({ ...setup, ahead: true }, batches, watching)).toEqual(await followOnDevice(setup, batches))
  expect(prepared).toEqual([false, ...Array<boolean>(batches.length * accumulation - 1).fill(true)])
})

test.each([
  { most: 4, accumulation: 1, lengths: [[5, 9, 2, 7, 3, 8, 4]], fits: [{ rows: 4, count: 2, effective: 7 }] },
  { most: 1, accumulation: 1, lengths: [[5, 9, 2, 7]], fits: [{ rows: 2, count: 2, effective: 4 }, { rows: 1, count: 4, effective: 4 }] },
  { most: 2, accumulation: 2, lengths: [[5, 9, 2, 7], [3]], fits: [{ rows: 2, count: 3, effective: 5 }] },
])('out of memory beyond $most rows, accumulation $accumulation: smaller micro-batches, the same result, said once', async ({ most, accumulation, lengths, fits }) => {
  const batches = batchesOf(lengths)
  const setup: Setup = { family: 'distilbert', accumulation, dropout }
  const said: Notice[] = []
  const found = await followOnDevice({ ...setup, say: (notice) => void said.push(notice) }, batches, smallDevice(most))
  expectClose(found, await followOnDevice(setup, batches))
  expect(said.map(({ code, args }) => ({ code, args }))).toEqual(fits.map((args) => ({ code: 'device.smaller-batches', args })))
})

test('what is prepared ahead is as small as batches are by then', async () => {
  const rows: number[] = []
  const watching = noting(smallDevice(2), 'targets', ({ shape }) => void rows.push(shape[0]))
  await followOnDevice({ family: 'distilbert', ahead: true }, batchesOf([[5, 9, 2, 7]]), watching)
  expect(rows).toEqual([4, 4, ...Array<number>(10).fill(2)])
})

test('memory that does not suffice for one row, in the middle of an update, or for the model ends a run in words', async () => {
  const tooSmall: Device = { ...device, empty: () => { throw new OrtError('CreateTensorAsOrtValue', 'CUDA failure 2: out of memory') } }
  for (const [on, code] of [[smallDevice(0), 'train.out-of-memory'], [smallDevice(0, 'result'), 'train.out-of-memory-update'], [tooSmall, 'train.out-of-memory-model']] as const) {
    const engine = openDeviceEngine({ family: 'distilbert' }, on)
    await expect(engine.step(microBatches([[5, 9]], 1), { step: 1 })).rejects.toMatchObject({ code })
    if (on !== tooSmall) engine.dispose()
  }
})

test('an error other than that is told, also where a batch is prepared ahead', async () => {
  let batches = 0
  const failing = noting(device, 'targets', () => {
    if (++batches === 2) throw new Error('a mistake of ours')
  })
  const engine = openDeviceEngine({ family: 'distilbert' }, failing)
  const running = engine.step(microBatches([[5, 9]], 1), { step: 1 })
  engine.prepare(microBatches([[5, 9]], 2), 2)
  await expect(running).rejects.toThrow('a mistake of ours')
  engine.dispose()
})

test('nothing of a run is on the device before it is ready', async () => {
  const made: string[] = []
  const noted: Device = {
    ...device,
    empty: (...args) => (made.push('tensor'), device.empty(...args)),
    load: (...args) => (made.push('session'), device.load(...args)),
  }
  const engine = openDeviceEngine({ family: 'distilbert' }, noted)
  expect(engine.costs([Int32Array.of(5, 9)])[0].operations).toBeGreaterThan(0)
  await engine.toHost()
  expect(made).toEqual([])
  await engine.ready()
  expect(made).toContain('tensor')
  engine.dispose()
})

test('a checkpoint after skipped steps is what a run goes on from: scale, counts, values, moments', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'finetune-scaled-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [first, second] = [0, 1].map(() => openDeviceEngine({ family: 'distilbert', half: 'float16', dropout }))
  first.optimizer.state = { scale: 2 ** 26, growth_tracker: 0, updates: 0 }
  const batches = [1, 2, 3].map((step) => microBatches([[5, 9, 2, 7]], step))
  let [step, skipped] = [0, 0]
  for (let updates = 0; updates < 2;) {
    const result = await first.step(batches[updates], { step: ++step })
    if (result.skipped) skipped++
    else updates++
  }
  expect(skipped).toBeGreaterThan(0)
  await first.toHost()
  const { scale, growth_tracker } = first.optimizer.state
  const state = { ...startState({ max_steps: 9, num_train_epochs: 1, logging_steps: 1, eval_steps: 1, save_steps: 1, train_batch_size: 4 }), global_step: step }
  await writeCheckpointFiles(folder, [], first.optimizer, { state, progress: { ...noProgress, skipped_steps: skipped, grad_scaler: { scale, growth_tracker } } })

  const { progress } = await readCheckpointFiles(folder, second.optimizer)
  second.optimizer.state = { ...progress.grad_scaler!, updates: step - progress.skipped_steps }
  expect(second.optimizer.state).toEqual(first.optimizer.state)
  expect(await second.step(batches[2], { step: step + 1 })).toEqual(await first.step(batches[2], { step: step + 1 }))
})
