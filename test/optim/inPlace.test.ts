import { describe, expect, test } from 'vitest'
import { compile } from '../../src/graph/onnx.ts'
import { add, input, matMul, mul, reduceSum, sub } from '../../src/graph/operators.ts'
import type { Tensor } from '../../src/graph/tensor.ts'
import { updateModel } from '../../src/optim/onnxAdamW.ts'
import { Engine } from '../../src/trainer/engine.ts'
import { lateReaders, loadOptimised, overlap, overwrites, recording } from '../graph/inPlace.ts'
import { randomTensor, tensorOf } from '../graph/tensors.ts'
import { device, runGraph } from '../graph/run.ts'
import { families, randomTexts, tinyModel } from '../models/tinyModels.ts'

const [p, g] = ['p', 'g'].map((name) => input(name, 'float32', [4, 4]))
const p1 = sub(p, g)

const models: [name: string, outputs: Record<string, Tensor>, late: number][] = [
  ['nobody else reads it', { p1 }, 0],
  ['a reader whose result the writer needs', { p1: sub(p, mul(p, g)) }, 0],
  ['a reader beside the writer', { p1, s: reduceSum(mul(p, p), [0, 1]) }, 1],
  ['a reader behind the writer', { p1, s: add(p1, mul(p, 2)) }, 1],
  ['a writer that reads it in another order than it writes', { p1: matMul(p, g) }, 1],
]

test.each(models)('an input that is overwritten: %s', async (_, outputs, late) => {
  const { session, model } = loadOptimised(device, compile(outputs).bytes)
  session.dispose()
  expect(lateReaders(model, [['p1', 'p']])).toHaveLength(late)
})

test('a model that reads too late does compute something else in place', async () => {
  const outputs = { p1, s: add(p1, mul(p, 2)) }
  const values = () => ({ p: randomTensor([4, 4], 1), g: randomTensor([4, 4], 2) })
  const apart = await runGraph(outputs, values())
  const session = device.load(compile(outputs).bytes)
  const { p: inPlace, g: gradient } = values()
  const s = randomTensor([4, 4], 3)
  const tensor = device.tensor(inPlace)
  await session.bind().input('p', tensor).input('g', device.tensor(gradient)).output('p1', tensor).output('s', device.tensor(s)).run()
  expect(inPlace.data).toEqual(apart.p1)
  expect(s.data).not.toEqual(apart.s)
})

test('the update in place gives the same bits as apart', async () => {
  const n = 1003
  const state = Object.fromEntries(['p', 'g', 'm', 'v'].map((name, i) => [name, randomTensor([n], i, name === 'v' ? 0.1 : -1, 1)]))
  const numbers = { scale: 0.5, rate1: 0.1, beta2: 0.999, rate2: 0.001, size: 0.01, root2: 0.3, epsilon: 1e-8, decay: 0.99 }
  const scalars = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, device.tensor(tensorOf('float32', [value], []))]))
  const session = device.load(updateModel())
  const run = async (inPlace: boolean) => {
    const binding = session.bind()
    for (const [name, tensor] of Object.entries(scalars)) binding.input(name, tensor)
    const results = Object.entries(state).map(([name, value]) => {
      const from = device.tensor(tensorOf('float32', value.data))
      const to = inPlace ? from : device.tensor(tensorOf('float32', new Float32Array(n)))
      binding.input(name, from)
      if (name !== 'g') binding.output(`${name}1`, to)
      return to.data
    })
    await binding.run()
    return results
  }
  const [inPlace, apart] = [await run(true), await run(false)]
  for (const i of [0, 2, 3]) expect(inPlace[i]).toEqual(apart[i])
})

describe.each(families.flatMap((family) => (['packed', 'padded'] as const).flatMap((layout) => (['wasm', 'onnx'] as const).map((optimizer) => ({ family, layout, optimizer })))))('$family, $layout, $optimizer', ({ family, layout, optimizer }) => {
  test.each([1, 2])('what a step with accumulation %i binds', async (gradientAccumulationSteps) => {
    const { device: recorder, bound } = recording(device)
    const { architecture, config } = tinyModel(family)
    const settings = { weight_decay: 0.01, adam_beta1: 0.9, adam_beta2: 0.999, adam_epsilon: 1e-8, max_grad_norm: 1, seed: 1 }
    const engine = new Engine({ device: recorder, architecture, config, labels: 3, layout, optimizer, settings, gradientAccumulationSteps, padTokenId: 0 })
    const examples = randomTexts([3, 5]).map((ids, label) => ({ ids, label }))
    await engine.step([examples], { step: 1, learningRate: 1e-3 })

    const training = bound.filter(({ outputs }) => outputs.has('loss'))
    const updates = bound.filter(({ outputs }) => outputs.has('p1'))
    expect(training).toHaveLength(1)
    expect(updates).toHaveLength(optimizer === 'onnx' ? engine.optimizer.slots.size : 0)
    expect(overwrites(training[0])).toEqual([])
    for (const update of updates) {
      expect(overwrites(update)).toEqual([['p1', 'p'], ['m1', 'm'], ['v1', 'v']])
      expect(lateReaders(update.model, overwrites(update))).toEqual([])
    }
    for (const { outputs } of bound) {
      const written = [...outputs.values()]
      expect(written.some((a, i) => written.slice(i + 1).some((b) => overlap(a, b)))).toBe(false)
    }
    engine.dispose()
  })
})
