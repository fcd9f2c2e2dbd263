import { expect, test } from 'vitest'
import { KernelMemory } from '../../src/kernels/kernels.ts'
import type { Variable } from '../../src/optim/optimizer.ts'
import { WasmAdamW } from '../../src/optim/wasmAdamW.ts'
import { size } from '../../src/runtime/tensor.ts'
import { randomTensor } from '../graph/tensors.ts'

const settings = { weight_decay: 0.1, adam_beta1: 0.9, adam_beta2: 0.999, adam_epsilon: 1e-8, max_grad_norm: 1 }

const dense = (name: string, shape: number[]): Variable => ({ name, shape, decay: shape.length > 1, table: false, gradientLength: size(shape) })
const table = (name: string, [rows, width]: [number, number]): Variable => ({ name, shape: [rows, width], decay: true, table: true, gradientLength: 64 * width })
const variables = [dense('first.weight', [50, 33]), table('words.weight', [40, 9]), dense('first.bias', [33]), table('positions.weight', [7, 9]), dense('second.weight', [33, 20])]

/** 0 of each table is touched first in step 4, the last never. */
const used = (step: number) => (step < 4 ? [1 + step, 1] : [0, step % 3])

async function trained(mostBytes?: number): Promise<{ memories: number, found: unknown[] }> {
  let optimizer = new WasmAdamW(variables, settings, mostBytes)
  for (const { shape, value } of optimizer.slots.values()) value.set(randomTensor(shape, 3).data)
  const found: unknown[] = []
  for (let step = 1; step <= 9; step++) {
    const rows = new Map(variables.filter(({ table }) => table).map(({ name }) => [name, Int32Array.from(used(step))]))
    if (step === 3) optimizer.accumulates()
    for (let part = 0; part < (step < 3 ? 1 : 3); part++) {
      for (const { name, gradientLength } of variables) optimizer.target(name).set(randomTensor([gradientLength], 10 * step + part).data)
      optimizer.accumulate(part === 0, rows)
    }
    found.push(await optimizer.step({ learningRate: 1e-2, step, rows }))
    if (step === 6) optimizer = copyOf(optimizer, mostBytes)
  }
  optimizer.settle()
  const slots = [...optimizer.slots.values()]
  found.push(slots.map(({ name, value, m, v }) => ({ name, value, m, v })))
  return { memories: new Set(slots.map(({ value }) => value.buffer)).size, found }
}

/** As a checkpoint makes it. */
function copyOf(optimizer: WasmAdamW, mostBytes?: number): WasmAdamW {
  optimizer.settle()
  const copy = new WasmAdamW(variables, settings, mostBytes)
  for (const [name, { value, m, v }] of optimizer.slots) Object.entries({ value, m, v }).forEach(([part, values]) => copy.slots.get(name)![part as 'value'].set(values))
  copy.loaded()
  copy.accumulates()
  return copy
}

test('what fits one memory, in as many as it takes otherwise: the same to the bit, with parts, idle rows and a checkpoint', async () => {
  const whole = await trained()
  expect(whole.memories).toBe(1)
  const [some, each] = [await trained(60_000), await trained(1)]
  expect(some).toEqual({ memories: 2, found: whole.found })
  expect(each).toEqual({ memories: variables.length, found: whole.found })
})

test('the tables of the largest models that are supported fit, a larger one does not', () => {
  const words = (vocabulary: number, width: number) => table('words.weight', [vocabulary, width])
  const whole = ([rows, width]: [number, number]) => ({ ...words(rows, width), gradientLength: (rows + 64) * width })
  const [xlmRobertaBase, xlmRobertaLarge, mdeberta, larger] = ([[250_002, 768], [250_002, 1024], [251_000, 768], [262_144, 1024]] as [number, number][]).map(whole)
  expect(WasmAdamW.holds([xlmRobertaBase, xlmRobertaLarge, mdeberta])).toBe(true)
  expect(WasmAdamW.holds([xlmRobertaBase, larger])).toBe(false)
  expect(KernelMemory.mostBytes).toBeLessThan(2 ** 32)
})
