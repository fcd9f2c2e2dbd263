import { join } from 'node:path'
import { expect, test } from 'vitest'
import { architectureOf } from '../../src/models/registry.ts'
import { openPretrained } from '../../src/pretrained/pretrained.ts'
import { Engine } from '../../src/trainer/engine.ts'
import { loadModel } from '../../src/trainer/loadModel.ts'
import { device } from '../graph/run.ts'
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
