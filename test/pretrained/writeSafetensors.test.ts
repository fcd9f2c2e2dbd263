import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSafetensors, readTensor } from '../../src/pretrained/safetensors.ts'
import { writeSafetensors } from '../../src/pretrained/writeSafetensors.ts'
import type { TensorSource } from '../../src/pretrained/writeSafetensors.ts'
import { shared } from '../shared.ts'
import { temporaryFolder } from './checkpoint.ts'

test('the same tensors give the same bytes as the Python library', async () => {
  const names = ['b.weight', 'a.weight', 'a.bias', 'a_bcd', 'B', 'ü', 'layer.10.weight', 'layer.2.weight']
  const path = join(temporaryFolder(), 'written.safetensors')
  const tensors: TensorSource[] = names.map((name, place) => ({
    name, dtype: 'F32', shape: [2, 3], data: () => Float32Array.from({ length: 6 }, (_, index) => (6 * place + index) / 7),
  }))
  tensors.push({ name: 'scalar', dtype: 'F32', shape: [], data: () => Float32Array.of(0.5) })
  tensors.push({ name: 'empty', dtype: 'F32', shape: [0, 4], data: () => new Float32Array(0) })
  tensors.push({ name: 'steps', dtype: 'I64', shape: [3], data: () => Promise.resolve(BigInt64Array.of(1n, -2n, 2n ** 53n + 1n)) })
  await writeSafetensors(path, tensors)
  expect(readFileSync(path).equals(readFileSync('test/golden/safetensors/written.safetensors'))).toBe(true)
})

test('a tensor is asked for its values only when its turn comes', async () => {
  const order: string[] = []
  const asked = (name: string): TensorSource => ({ name, dtype: 'F32', shape: [1], data: () => (order.push(name), Float32Array.of(1)) })
  await writeSafetensors(join(temporaryFolder(), 'a'), [asked('c'), asked('a'), asked('b')])
  expect(order).toEqual(['a', 'b', 'c'])
})

test('values of another number than the shape says are a bug, not a file', async () => {
  const tensor: TensorSource = { name: 'a', dtype: 'F32', shape: [2, 2], data: () => new Float32Array(3) }
  await expect(writeSafetensors(join(temporaryFolder(), 'a'), [tensor])).rejects.toThrow('tensor a [2, 2] gave 3 values')
})

test.skipIf(!shared).each(['golden/distilbert', 'golden/bert', 'golden/albert'])('%s, read and written again, is the same file', async (name) => {
  const source = await openSafetensors(join(shared!, name, 'model.safetensors'))
  const path = join(temporaryFolder(), 'model.safetensors')
  await writeSafetensors(path, [...source.tensors.values()].reverse().map(({ name, shape }) => ({ name, shape, dtype: 'F32', data: () => readTensor(source, name) })))
  expect(readFileSync(path).equals(readFileSync(source.path))).toBe(true)
})
