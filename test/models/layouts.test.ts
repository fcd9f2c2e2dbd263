import { describe, expect, test } from 'vitest'
import { mul, input, reduceSum } from '../../src/graph/operators.ts'
import { gradients } from '../../src/graph/reverse.ts'
import { compile } from '../../src/graph/onnx.ts'
import type { Tensor } from '../../src/graph/tensor.ts'
import { UsedRows, type Batch } from '../../src/models/layouts/batch.ts'
import { Evaluator } from '../../src/models/evaluator.ts'
import type { RunnableLayout } from '../../src/models/layouts/layout.ts'
import { packed } from '../../src/models/layouts/packed.ts'
import { packedBatch } from '../../src/models/layouts/packedBatch.ts'
import { padded, paddedInputs } from '../../src/models/layouts/padded.ts'
import { paddedBatch } from '../../src/models/layouts/paddedBatch.ts'
import { gradientErrors, gradientsByRules, point, tolerance } from '../graph/differences.ts'
import { device, runGraph } from '../graph/run.ts'
import { randomTensor } from '../graph/tensors.ts'
import { families, positionsAfter, randomParameters, randomTexts, tinyModel } from './tinyModels.ts'

const lengths = [3, 9, 1]
const texts = randomTexts(lengths)
const [heads, width] = [2, 6]

const layouts = [
  { name: 'packed', open: () => packed(true), batch: packedBatch(texts, new UsedRows(texts)) },
  { name: 'packed in groups', open: () => packed(true, 2), batch: packedBatch(texts, new UsedRows(texts), 2) },
  { name: 'packed in more groups than texts', open: () => packed(true, 4), batch: packedBatch(texts, new UsedRows(texts), 4) },
  { name: 'padded', open: () => padded(paddedInputs(), true), batch: paddedBatch(texts, 0) },
]

/** Which token rows are real: the others are filler or padding, which nothing may read. */
const isReal = ({ tokenText, tokenPlace }: Batch) => Array.from(tokenText, (text, row) => tokenPlace[row] < lengths[text])

interface Part {
  name: string
  inputs: number
  of: (layout: RunnableLayout, x: readonly Tensor[]) => Tensor
  perText?: boolean
}

const parts: Part[] = [
  { name: 'attention', inputs: 3, of: (layout, [q, k, v]) => layout.attention(q, k, v, { heads, p: 0 }) },
  { name: 'attention of first tokens', inputs: 2, of: (layout, [x, y]) => layout.first(layout.attention(layout.narrow(x), y, x, { heads, p: 0 })), perText: true },
  { name: 'first tokens', inputs: 1, of: (layout, [x]) => layout.first(layout.attention(x, x, x, { heads, p: 0 })), perText: true },
  { name: 'narrow, then first tokens', inputs: 1, of: (layout, [x]) => layout.first(layout.narrow(layout.attention(x, x, x, { heads, p: 0 }))), perText: true },
]

describe.each(layouts)('$name', ({ open, batch }) => {
  const real = isReal(batch)
  const rowsOf = (perText = false) => (perText ? lengths.map(() => true) : real)

  test.each(parts)('$name: gradients equal differences, and what is not a token has none', async ({ inputs, of, perText }) => {
    const points = Array.from({ length: inputs }, (_, i) => point([real.length, width], { seed: i + 1, dims: ['tokens', width] }))
    const counted = rowsOf(perText)
    const random = randomTensor([counted.length, width], 9).data
    const weights = Array.from(random, (weight, i) => (counted[Math.floor(i / width)] ? weight : 0))
    const options = { weights, values: batch.feeds, sizes: { batch: lengths.length } }
    for (const error of await gradientErrors((...x) => of(open(), x), points, options)) expect(error).toBeLessThan(tolerance)
    for (const gradient of await gradientsByRules((...x) => of(open(), x), points, options)) {
      expect(gradient.some((value) => value !== 0)).toBe(true)
      expect(gradient.every((value, i) => real[Math.floor(i / width)] || value === 0)).toBe(true)
    }
  })

  test('a lookup gives each token its row, and each row the gradients of its tokens', async () => {
    const table = randomTensor([90, width], 3)
    const weights = { ...randomTensor([real.length, width], 4) }
    weights.data.forEach((_, i) => { if (!real[Math.floor(i / width)]) weights.data[i] = 0 })
    const layout = open()
    const looked = layout.lookup('input_ids', 'table', [90, width])
    const loss = reduceSum(mul(looked, input('weights', 'float32', ['tokens', width])), [0, 1])
    const [gradient] = gradients(loss, [layout.lookups[0].rows])
    const used = [...new UsedRows(texts).rows.get('input_ids')!]
    const results = await runGraph({ looked, gradient }, { ...batch.feeds, table, weights })

    const sums = new Map<number, number[]>(used.map((id) => [id, Array(width).fill(0)]))
    real.forEach((isToken, row) => {
      if (!isToken) return
      const id = texts[batch.tokenText[row]][batch.tokenPlace[row]]
      for (let k = 0; k < width; k++) {
        expect(results.looked[row * width + k]).toBe(table.data[id * width + k])
        sums.get(id)![k] += weights.data[row * width + k]
      }
    })
    const rowOf = (i: number) => (layout.lookups[0].rows.shape[0] === 90 ? i : used[i])
    for (let i = 0; i < results.gradient.length / width; i++) {
      for (let k = 0; k < width; k++) expect(results.gradient[i * width + k]).toBeCloseTo(sums.get(rowOf(i))?.[k] ?? 0, 5)
    }
  })
})

describe.each(families)('%s', (family) => {
  const model = tinyModel(family)
  const { architecture, config } = model
  const shapes = new Map(compile({ logits: architecture.logits(config, 4, packed(false)) }).parameters.map(({ name, shape }) => [name, shape as number[]]))
  const value = randomParameters(shapes)

  async function paddedLogits(of: readonly Int32Array[]): Promise<Float32Array> {
    const parameters = Object.fromEntries([...shapes].map(([name, shape]) => [name, { dtype: 'float32' as const, shape, data: value(name) }]))
    const { logits } = await runGraph({ logits: architecture.logits(config, 4, padded(paddedInputs(), false)) }, { ...paddedBatch(of, 0, positionsAfter(model)).feeds, ...parameters })
    return logits as Float32Array
  }

  function expectClose(a: Float32Array, b: Float32Array): void {
    expect(a).toHaveLength(b.length)
    for (const [i, expected] of b.entries()) expect(a[i]).toBeCloseTo(expected, 5)
  }

  test.each([[[3, 5, 1]], [[7]], [[8, 7, 7, 10]], [[40, 1]], [[31]], [[32]], [[9, 9, 9]]])('texts of %j tokens: both layouts give the same logits', async (ofLengths) => {
    const evaluator = new Evaluator(device, architecture, config, 4, value)
    const of = randomTexts(ofLengths, 5)
    const logits = await evaluator.logits(of)
    expectClose(logits, await paddedLogits(of))
    expect(new Set(logits).size).toBe(logits.length)
    evaluator.dispose()
  })

  test('frozen weights give the same logits', async () => {
    const changing = new Evaluator(device, architecture, config, 4, value)
    const frozen = new Evaluator(device, architecture, config, 4, value, { frozen: true })
    const of = randomTexts([4, 17, 2], 7)
    expectClose(await frozen.logits(of), await changing.logits(of))
    changing.dispose()
    frozen.dispose()
  })

  test('a text has the same logits alone and among others', async () => {
    const evaluator = new Evaluator(device, architecture, config, 4, value)
    const of = randomTexts([4, 17, 2, 30, 9], 6)
    const together = await evaluator.logits(of)
    for (const [i, text] of of.entries()) expectClose(await evaluator.logits([text]), together.slice(4 * i, 4 * i + 4))
    evaluator.dispose()
  })
})
