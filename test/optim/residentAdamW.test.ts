import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { HostState } from '../../src/optim/hostState.ts'
import { scalerModel, scaled, type GradScalerSettings } from '../../src/optim/gradScaler.ts'
import type { AdamWSettings, Variable } from '../../src/optim/optimizer.ts'
import { ResidentAdamW } from '../../src/optim/residentAdamW.ts'
import { accumulateModel, updateModel } from '../../src/optim/residentUpdate.ts'
import type { Device } from '../../src/runtime/device.ts'
import { OrtError } from '../../src/runtime/ortApi.ts'
import { size } from '../../src/runtime/tensor.ts'
import { lateReaders, loadOptimised } from '../graph/inPlace.ts'
import { device } from '../graph/run.ts'
import { countingDevice } from '../runtime/countingDevice.ts'

interface Golden {
  shapes: Record<string, number[]>
  start: Record<string, number[]>
  /** Before they are scaled. */
  gradients: Record<string, number[]>[]
  /** What one value of `weight` is instead, in some steps. */
  overflows: Record<number, 'inf' | '-inf' | 'nan'>
  learning_rates: number[]
  scaler: GradScalerSettings
  settings: AdamWSettings
  steps: { overflow: boolean, norm: number, learning_rate: number, scale: number, growth_tracker: number, value: Record<string, number[]> }[]
  m: Record<string, number[]>
  v: Record<string, number[]>
}

/** What torch's GradScaler makes of the same gradients. */
const golden = JSON.parse(readFileSync('test/golden/grad_scaler.json', 'utf8')) as Golden
const { shapes, settings, scaler } = golden
const notFinite = { inf: Infinity, '-inf': -Infinity, nan: NaN }
const variables: Variable[] = Object.entries(shapes).map(([name, shape]) => ({ name, shape, decay: name === 'weight', table: false, gradientLength: size(shape) }))

function openOptimizer(accumulates = false): ResidentAdamW {
  const optimizer = new ResidentAdamW(device, new HostState(variables, scaler.init_scale), { ...settings, scaler, learningRates: golden.learning_rates })
  if (accumulates) optimizer.accumulates()
  for (const [name, { value }] of optimizer.host.slots) value.set(golden.start[name])
  return optimizer
}

/** What a backward pass would leave in a step, as much of it as `share` tells. */
function leaveGradients(optimizer: ResidentAdamW, step: number, scale: number, share = 1): void {
  for (const [name, values] of Object.entries(golden.gradients[step])) {
    const gradient = optimizer.target(name).data as Float32Array
    gradient.set(values.map((value) => Math.fround(value) * scale * share))
    if (name === 'weight' && golden.overflows[step]) gradient[7] = notFinite[golden.overflows[step]]
  }
  optimizer.lossTarget.data[0] = share * (step + 0.5)
}

function expectValues(found: Float32Array, expected: number[], name: string): void {
  const largest = Math.max(...expected.map(Math.abs))
  for (const [i, value] of found.entries()) expect(Math.abs(value - expected[i]), `${name}[${i}]`).toBeLessThan(5e-7 * largest)
}

describe.each([[false], [true]])('accumulation: %s', (accumulates) => {
  test('scale, counts, learning rate, norm, values and moments are those of torch, over steps that overflow and steps that do not', async () => {
    const optimizer = openOptimizer(accumulates)
    let scale = scaler.init_scale
    for (const [step, expected] of golden.steps.entries()) {
      await optimizer.begin(new Map(), () => 0)
      for (const [i, share] of (accumulates ? [0.75, 0.25] : [1]).entries()) {
        leaveGradients(optimizer, step, scale, share)
        await optimizer.accumulate(i === 0)
      }
      const result = await optimizer.step()
      expect({ overflow: result.overflow, learning_rate: result.learningRate, loss: result.loss }).toEqual({ overflow: expected.overflow, learning_rate: expected.learning_rate, loss: step + 0.5 })
      if (!expected.overflow) expect(result.gradNorm / expected.norm).toBeCloseTo(1, 6)
      await optimizer.toHost()
      expect(optimizer.host.state).toMatchObject({ scale: expected.scale, growth_tracker: expected.growth_tracker })
      for (const [name, values] of Object.entries(expected.value)) expectValues(optimizer.host.slots.get(name)!.value, values, name)
      scale = expected.scale
    }
    for (const [name, { m, v }] of optimizer.host.slots) {
      expectValues(m, golden.m[name], `m of ${name}`)
      expectValues(v, golden.v[name], `v of ${name}`)
    }
    expect(optimizer.host.state.updates).toBe(golden.steps.filter(({ overflow }) => !overflow).length)
    optimizer.dispose()
  })
})

test('a step that overflows leaves every bit of values and moments as it was', async () => {
  const optimizer = openOptimizer()
  const bits = () => structuredClone([...optimizer.host.slots.values()].map(({ value, m, v }) => [value, m, v]))
  for (const step of [2, 6]) {
    await optimizer.toHost()
    const before = bits()
    await optimizer.begin(new Map(), () => 0)
    leaveGradients(optimizer, step, scaler.init_scale)
    expect((await optimizer.step()).overflow).toBe(step === 6)
    await optimizer.toHost()
    if (step === 6) expect(bits()).toEqual(before)
    else expect(bits()).not.toEqual(before)
  }
  optimizer.dispose()
})

test('what was loaded is what it goes on from', async () => {
  const [first, second] = [openOptimizer(), openOptimizer()]
  const doStep = async (optimizer: ResidentAdamW, step: number) => {
    await optimizer.begin(new Map(), () => 0)
    leaveGradients(optimizer, step, optimizer.host.state.scale)
    return await optimizer.step()
  }
  for (const step of [2, 3]) await doStep(first, step)
  await first.toHost()
  for (const [name, { value, m, v }] of first.host.slots) {
    const slot = second.host.slots.get(name)!
    slot.value.set(value)
    slot.m.set(m)
    slot.v.set(v)
  }
  second.host.state = { ...first.host.state }
  second.host.loaded()
  expect(await doStep(second, 4)).toEqual(await doStep(first, 4))
  for (const optimizer of [first, second]) await optimizer.toHost()
  expect(second.host.state).toEqual(first.host.state)
  expect([...second.host.slots.values()]).toEqual([...first.host.slots.values()])
})

test('parts of gradients that do not all fit leave nothing behind, and are made at the next try', async () => {
  const { on, living } = countingDevice()
  let room = Infinity
  const small: Device = {
    ...on,
    empty(...args) {
      if (room-- === 0) throw new OrtError('CreateTensorAsOrtValue', 'out of memory')
      return on.empty(...args)
    },
  }
  const optimizer = new ResidentAdamW(small, new HostState(variables, scaler.init_scale), { ...settings, scaler, learningRates: golden.learning_rates })
  const before = living.size
  for (const tensors of [0, 1, variables.length]) {
    room = tensors
    expect(() => optimizer.accumulates()).toThrow('out of memory')
    expect(living.size).toBe(before)
  }
  room = Infinity
  const whole = optimizer.target('weight')
  expect([optimizer.accumulates(), optimizer.accumulates()]).toEqual([true, false])
  expect(optimizer.target('weight')).not.toBe(whole)
  expect(living.size).toBe(before + variables.length + 1)
  optimizer.dispose()
  expect(living.size).toBe(0)
})

const outputsInPlace = (bytes: Uint8Array) => {
  const { session, model } = loadOptimised(device, bytes)
  session.dispose()
  const names = new Set(model.graph.input.map(({ name }) => name))
  const overwritten = model.graph.output.flatMap<[string, string]>(({ name }) => {
    const input = name.replace(/1$|\.next$|\.sum$/, '')
    return input !== name && names.has(input) ? [[name, input]] : []
  })
  return { overwritten, late: lateReaders(model, overwritten) }
}

test('nothing is read after it was written over', () => {
  const table: Variable = { name: 'table', shape: [9, 4], decay: true, table: true, gradientLength: 36 }
  const graphs: [bytes: Uint8Array, overwritten: number][] = [[updateModel([...variables, table], settings), 9], [accumulateModel([...variables, table]), 4], [scalerModel(scaled), 3]]
  for (const [bytes, count] of graphs) {
    const { overwritten, late } = outputsInPlace(bytes)
    expect(overwritten).toHaveLength(count)
    expect(late).toEqual([])
  }
})

test('the scale grows after 2,000 updates in a row, and never beyond what float32 holds', async () => {
  const binding = device.load(scalerModel(scaled)).bind()
  const tensor = (dtype: 'float32' | 'int32', value: number) => {
    const data = dtype === 'int32' ? new Int32Array(new ArrayBuffer(4)) : new Float32Array(new ArrayBuffer(4))
    data[0] = value
    return { data, tensor: device.tensor({ dtype, shape: [], data }) }
  }
  const [overflow, scale, tracker, updates] = [tensor('float32', 0), tensor('float32', 65536), tensor('int32', 1998), tensor('int32', 5000)]
  binding.input('overflow', overflow.tensor)
  for (const [name, { tensor: each }] of Object.entries({ scale, growth_tracker: tracker, updates })) binding.input(name, each).output(`${name}.next`, each)
  const state = () => [scale.data[0], tracker.data[0], updates.data[0]]
  await binding.run()
  expect(state()).toEqual([65536, 1999, 5001])
  await binding.run()
  expect(state()).toEqual([131072, 0, 5002])
  scale.data[0] = 2 ** 127
  tracker.data[0] = 1999
  await binding.run()
  expect(state()).toEqual([2 ** 127, 0, 5003])
  overflow.data[0] = 1
  await binding.run()
  expect(state()).toEqual([2 ** 126, 0, 5003])
})
