import { expect, test } from 'vitest'
import { compile } from '../../src/graph/onnx.ts'
import { add, input, matMul, mul } from '../../src/graph/operators.ts'
import { OrtError } from '../../src/runtime/ortApi.ts'
import type { Binding } from '../../src/runtime/session.ts'
import { hostArray } from '../../src/runtime/tensor.ts'
import { device } from '../graph/run.ts'
import { randomTensor, tensorOf } from '../graph/tensors.ts'
import { runChild } from './child.ts'

const x = input('x', 'float32', ['n', 'n'])

/** x³⁰¹: long for a large x, short for a small one. */
const powers = device.load(compile({ y: Array.from({ length: 300 }).reduce<typeof x>((y) => matMul(y, x), x) }).bytes)

function bindSquare(n: number): { binding: Binding; y: Float32Array } {
  const data = hostArray('float32', n * n)
  for (let i = 0; i < n; i++) data[i * n + i] = 1
  const y = hostArray('float32', n * n)
  const binding = powers.bind().input('x', device.tensor({ dtype: 'float32', shape: [n, n], data })).output('y', device.tensor({ dtype: 'float32', shape: [n, n], data: y }))
  return { binding, y }
}

test('the event loop goes on during a run', async () => {
  const { binding } = bindSquare(256)
  let ticks = 0
  const timer = setInterval(() => ticks++, 1)
  await binding.run()
  clearInterval(timer)
  expect(ticks).toBeGreaterThan(0)
})

test('terminate ends a run early; later runs work', async () => {
  const { binding, y } = bindSquare(1024)
  const run = binding.run()
  const ended = expect(run).rejects.toThrow(/terminate/i)
  await binding.terminate()
  await ended
  await expect(run).rejects.toBeInstanceOf(OrtError)
  const small = { dtype: 'float32' as const, shape: [2, 2] }
  const result = hostArray('float32', 4)
  binding.input('x', device.tensor(tensorOf('float32', [0, 1, 1, 0], [2, 2]))).output('y', device.tensor({ ...small, data: result }))
  await binding.run()
  expect([...result]).toEqual([0, 1, 1, 0])
  expect(y.every((value) => value === 0)).toBe(true)
})

test('terminate with nothing to end does nothing', async () => {
  const { binding, y } = bindSquare(3)
  await binding.terminate()
  await binding.run()
  await binding.terminate()
  await binding.run()
  expect([...y]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1])
})

test('nothing is exchanged, begun or disposed of during a run', async () => {
  const { binding } = bindSquare(64)
  const run = binding.run()
  expect(() => binding.dispose()).toThrow('during a run')
  expect(() => binding.input('x', device.tensor(tensorOf('float32', [1], [1, 1])))).toThrow('during a run')
  expect(() => binding.output('y', device.tensor(tensorOf('float32', [1], [1, 1])))).toThrow('during a run')
  await expect(binding.run()).rejects.toThrow('running')
  await run
  await binding.run()
  binding.dispose()
  binding.dispose()
  await expect(binding.run()).rejects.toThrow('disposed')
})

test('a session is not disposed of during a run of its', async () => {
  const session = device.load(compile({ y: mul(x, 2) }).bytes)
  const n = 512
  const square = () => device.tensor(randomTensor([n, n], 1))
  const binding = session.bind().input('x', square()).output('y', square())
  const run = binding.run()
  expect(() => session.dispose()).toThrow('during a run')
  await run
  session.dispose()
  session.dispose()
  expect(() => session.bind()).toThrow('disposed')
  await expect(binding.run()).rejects.toThrow('disposed')
  binding.dispose()
})

test('what was disposed of is not used', () => {
  const tensor = device.tensor(tensorOf('float32', [1], [1, 1]))
  tensor.dispose()
  tensor.dispose()
  expect(() => powers.bind().input('x', tensor)).toThrow('disposed')
})

test('a tensor is as large as its shape says', () => {
  expect(() => device.tensor(tensorOf('float32', [1, 2, 3], [2, 2]))).toThrow('3 elements do not fill [2,2]')
})

test('what a run lacks, and what no model is, are OrtErrors; later runs work', async () => {
  const binding = device.load(compile({ y: add(x, input('z', 'float32', ['n', 'n'])) }).bytes).bind()
  const y = tensorOf('float32', [0], [1, 1])
  binding.input('x', device.tensor(tensorOf('float32', [1], [1, 1]))).output('y', device.tensor(y))
  await expect(binding.run()).rejects.toThrow(OrtError)
  binding.input('z', device.tensor(tensorOf('float32', [2], [1, 1])))
  await binding.run()
  expect(y.data[0]).toBe(3)
  expect(() => device.load(new Uint8Array([1, 2, 3]))).toThrow(OrtError)
})

test('what is bound stays in memory whoever else forgets it', async () => {
  expect(await runChild('collect', 2)).toEqual({ runs: 3000, wrong: 0 })
}, 30_000)
