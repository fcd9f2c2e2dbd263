import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { architectureOf } from '../../src/models/registry.ts'
import { openPretrained } from '../../src/pretrained/pretrained.ts'
import { Engine } from '../../src/trainer/engine.ts'
import { loadModel } from '../../src/trainer/loadModel.ts'
import { device } from '../graph/run.ts'
import { temporaryFolder } from '../pretrained/checkpoint.ts'
import { settings } from './engines.ts'

test('code that config.json names is said not to run', async () => {
  const pretrained = await openPretrained(join(import.meta.dirname, '..', 'golden', 'distilbert'))
  const architecture = architectureOf('distilbert')
  const config = architecture.readConfig(pretrained.config)
  const common = { device, architecture, config, labels: 4, settings: { ...settings, seed: 1 }, gradientAccumulationSteps: 1, padTokenId: 0 }
  const engine = new Engine({ ...common, layout: 'packed', optimizer: 'wasm' })
  const notices = async (more: object) => {
    const start = { architecture, config, pretrained: { ...pretrained, config: { ...pretrained.config, ...more } }, labels: ['World', 'Sports', 'Business', 'Sci/Tech'], seed: 1 }
    return (await loadModel(start, engine.optimizer.slots)).map(({ code, text }) => `${code}: ${text}`)
  }
  const usual = await notices({})
  expect(usual.join()).not.toContain('model.own-code')
  expect(await notices({ auto_map: { AutoModel: 'modeling.Own' } })).toEqual([expect.stringMatching(/^model.own-code: .*is taken as a plain distilbert/), ...usual])
  engine.dispose()
})

test('a model that is only there as a pickle begins as its twin in safetensors, with a notice', async () => {
  const architecture = architectureOf('deberta-v2')
  const load = async (folder: string) => {
    const pretrained = await openPretrained(folder)
    const config = architecture.readConfig(pretrained.config)
    const common = { device, architecture, config, labels: 2, settings: { ...settings, seed: 1 }, gradientAccumulationSteps: 1, padTokenId: 0 }
    const engine = new Engine({ ...common, layout: 'packed', optimizer: 'wasm' })
    const notices = await loadModel({ architecture, config, pretrained, labels: ['no', 'yes'], seed: 1 }, engine.optimizer.slots)
    const parameters = new Map([...engine.optimizer.slots].map(([name, { value }]) => [name, value.slice()]))
    engine.dispose()
    return { codes: notices.map(({ code }) => code), parameters }
  }
  const pickle = join(import.meta.dirname, '../golden/torch/deberta')
  const twin = temporaryFolder()
  cpSync(join(pickle, 'config.json'), join(twin, 'config.json'))
  cpSync(join(pickle, 'twin.safetensors'), join(twin, 'model.safetensors'))
  const [ours, theirs] = [await load(pickle), await load(twin)]
  expect(ours.parameters.size).toBeGreaterThan(15)
  expect(ours.parameters).toEqual(theirs.parameters)
  expect(ours.codes).toEqual(['model.pickle', ...theirs.codes])
  expect(ours.codes).not.toContain('model.parameters-new')
})
