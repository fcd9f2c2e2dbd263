import { expect, test } from 'vitest'
import { openPretrained } from '../../src/models/pretrained.ts'
import { distilbert } from '../../src/models/distilbert.ts'
import { openCpu } from '../../src/runtime/device.ts'
import { Engine } from '../../src/trainer/engine.ts'
import { loadModel } from '../../src/trainer/loadModel.ts'

const settings = { seed: 42, weight_decay: 0.5, adam_beta1: 0.9, adam_beta2: 0.999, adam_epsilon: 1e-8, max_grad_norm: 1 }
const labels = ['World', 'Sports', 'Business', 'Sci/Tech']

async function tinyEngine(): Promise<Engine> {
  const pretrained = await openPretrained('test/golden/distilbert')
  const config = distilbert.readConfig(pretrained.config)
  const engine = new Engine({
    device: openCpu(1), architecture: distilbert, config, labels: labels.length, layout: 'packed', optimizer: 'wasm', settings,
    gradientAccumulationSteps: 1, padTokenId: 0,
  })
  await loadModel({ architecture: distilbert, config, pretrained, labels, seed: 42 }, engine.optimizer.slots)
  return engine
}

/** Two texts of tokens that no other step has, the later the longer. */
function batchOf(step: number) {
  return [[0, 1].map((text) => ({ ids: Int32Array.from({ length: 5 * step }, (_, place) => 100 * step + 20 * text + place), label: text }))]
}

test('a step reads rows that were idle until then as they have decayed, whether or not all were brought up to date before', async () => {
  const [plain, settled] = [await tinyEngine(), await tinyEngine()]
  for (const step of [1, 2, 3]) {
    const options = { step, learningRate: 0.1 }
    const result = await plain.step(batchOf(step), options)
    settled.optimizer.settle()
    expect(await settled.step(batchOf(step), options)).toEqual(result)
  }
})
