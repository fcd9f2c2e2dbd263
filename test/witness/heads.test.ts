import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { architectureOf } from '../../src/models/registry.ts'
import { openPretrained } from '../../src/pretrained/pretrained.ts'
import { loadModel } from '../../src/trainer/loadModel.ts'
import { openEngine } from '../trainer/engines.ts'
import { families, tinyModel } from '../models/tinyModels.ts'
import { ask } from './witness.ts'

interface Answer { fresh: Record<string, number[]>; all: Record<string, number> }

const folder = mkdtempSync(join(tmpdir(), 'finetune-heads-'))
afterAll(() => rmSync(folder, { recursive: true }))
const labels = ['a', 'b', 'c', 'd', 'e']
const kinds = [{ bare: false, legacy: false }, { bare: true, legacy: false }, { bare: true, legacy: true }]
const asked = families.flatMap((family) => kinds.map((kind) => ({
  ...kind, family, folder: join(folder, `${family}-${kind.bare}-${kind.legacy}`), class: architectureOf(family).className, config: tinyModel(family).raw,
})))
const answers = ask('heads.py', asked) as Answer[]

test.each(asked.map((each, i) => ({ ...each, ...answers[i] })))('$family, the base model alone: $bare, old names: $legacy: the classifier begins as from_pretrained begins it', async ({ family, folder, fresh, all }) => {
  const pretrained = await openPretrained(folder)
  const { architecture, config } = tinyModel(family)
  const engine = openEngine({ family, labels: labels.length, layout: 'packed', optimizer: 'wasm' })
  await loadModel({ architecture, config, pretrained, labels, seed: 42 }, engine.optimizer.slots)
  const value = (name: string) => engine.optimizer.slots.get(name)!.value
  expect(Object.keys(fresh)).toContain('classifier.weight' in fresh ? 'classifier.weight' : 'classifier.out_proj.weight')
  for (const [name, expected] of Object.entries(fresh)) {
    expected.forEach((number, i) => expect(Math.abs(value(name)[i] - number), `${name}[${i}]`).toBeLessThan(1e-6))
  }
  for (const [name, sum] of Object.entries(all)) expect(value(name).reduce((total, each) => total + each, 0), name).toBeCloseTo(sum, 3)
  engine.dispose()
})
