import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Tensors } from '../../golden/files.ts'
import { Model } from '../../golden/model.ts'
import { readSettings } from '../../golden/settings.ts'
import type { ProblemType } from '../../src/protocol/problemType.ts'
import { architectureOf } from '../../src/models/registry.ts'
import { variants } from './familyVariants.ts'
import { ask } from './witness.ts'

interface Answer { texts: number[][]; labels: (number | number[])[]; problem_type: ProblemType | null; loss: number; logits: number[][] }

const folder = mkdtempSync(join(tmpdir(), 'finetune-families-'))
afterAll(() => rmSync(folder, { recursive: true }))
const asked = variants.map(({ name, family, config }) => ({ name, folder: join(folder, name.replace(/\W+/g, '-')), class: architectureOf(family).className, config }))
const answers = ask('families.py', asked) as Answer[]
const pairs = [{ layout: 'packed', optimizer: 'wasm' }, { layout: 'padded', optimizer: 'onnx' }] as const
const { settings } = readSettings({}, 'families')

test.each(asked.map((each, i) => ({ ...each, ...answers[i] })))('$name: logits, loss and gradients are torch\'s', async ({ folder, texts, labels, problem_type, loss, logits }) => {
  const gradients = await Tensors.open(join(folder, 'gradients.safetensors'))
  for (const executor of pairs) {
    const model = await Model.open({ config: folder, weights: folder, problemType: problem_type ?? undefined }, settings, { ...executor, threads: 2 })
    try {
      const examples = texts.map((ids, i) => ({ ids: Int32Array.from(ids), label: asLabel(labels[i]) }))
      const ours = await model.logits(examples.map(({ ids }) => ids))
      expectNear(ours.flatMap((row) => [...row]), logits.flat(), 2e-5)
      expect((await model.engine.step([examples], { step: 1, learningRate: 0 })).loss).toBeCloseTo(loss, 5)
      expect(new Set(gradients.names)).toEqual(new Set(model.parameters.map(({ name }) => name)))
      const largest = await gradients.norm()
      for (const { name, shape } of model.parameters) expectNear(model.engine.gradient(name), await gradients.read(name, shape), 1e-5 * largest, name)
    } finally {
      model.dispose()
    }
  }
})

const asLabel = (label: number | number[]) => (typeof label === 'number' ? label : Float32Array.from(label))

function expectNear(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number, what = ''): void {
  expect(a.length).toBe(b.length)
  const differences = Array.from(a, (value, i) => Math.abs(value - b[i]))
  expect(Math.max(...differences), what).toBeLessThan(tolerance)
}
