import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compile } from '../../src/graph/onnx.ts'
import { Evaluator } from '../../src/models/evaluator.ts'
import { exportModel } from '../../src/models/exportModel.ts'
import { packed } from '../../src/models/layouts/packed.ts'
import { device } from '../graph/run.ts'
import { temporaryFolder } from '../pretrained/checkpoint.ts'
import { families, randomParameters, randomTexts, tinyModel } from './tinyModels.ts'

interface Result { inputs: string[]; outputs: string[]; logits: { dims: number[]; data: number[] }[] }
type Run = Record<string, { values: number[]; shape: number[] }>

const withTypes = ['bert', 'electra', 'albert']

/** What a tokenizer that pads gives: the padding's id is one that a text may also hold. */
function padded(texts: readonly Int32Array[], length: number, names: readonly string[]): Run {
  const shape = [texts.length, length]
  const rows = (value: (ids: Int32Array, place: number) => number) => ({ shape, values: texts.flatMap((ids) => Array.from({ length }, (_, place) => value(ids, place))) })
  const all: Run = { input_ids: rows((ids, place) => ids[place] ?? 5), attention_mask: rows((ids, place) => Number(place < ids.length)), token_type_ids: rows(() => 0) }
  return Object.fromEntries(names.map((name) => [name, all[name]]))
}

function runOnnx(path: string, runs: readonly Run[]): Result {
  const env = { ...process.env, ORT_DISABLE_TELEMETRY: '1' }
  return JSON.parse(execFileSync(process.execPath, ['test/models/children/runOnnx.mjs'], { env, encoding: 'utf8', input: JSON.stringify({ path, runs }) })) as Result
}

describe.each(families)('%s', (family) => {
  test.each([2, 7])('the exported model gives the evaluator\'s logits for batches of any size and length, %i labels', async (labels) => {
    const names = ['attention_mask', 'input_ids', ...withTypes.includes(family) ? ['token_type_ids'] : []]
    const { architecture, config } = tinyModel(family, { dropout: [0.5, 0.5, 0.5] })
    const shapes = new Map(compile({ logits: architecture.logits(config, labels, packed(false)) }).parameters.map(({ name, shape }) => [name, shape as number[]]))
    const value = randomParameters(shapes)
    const path = join(temporaryFolder(), 'model.onnx')
    await exportModel(path, architecture, config, labels, value)

    const batches = [{ lengths: [5, 9, 2], padTo: 9 }, { lengths: [7], padTo: 7 }, { lengths: [4, 3], padTo: 16 }, { lengths: [40, 1, 13, 6], padTo: 40 }].map(({ lengths, padTo }, i) => ({ texts: randomTexts(lengths, i + 1), padTo }))
    const result = runOnnx(path, batches.map(({ texts, padTo }) => padded(texts, padTo, names)))
    expect([result.inputs.sort(), result.outputs]).toEqual([names, ['logits']])

    const evaluator = new Evaluator(device, architecture, config, labels, value)
    for (const [i, { texts }] of batches.entries()) {
      const expected = await evaluator.logits(texts)
      expect(result.logits[i].dims).toEqual([texts.length, labels])
      for (const [k, logit] of expected.entries()) expect(Math.abs(result.logits[i].data[k] - logit)).toBeLessThan(1e-5)
      expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(0.1)
    }
    evaluator.dispose()
  })
})
