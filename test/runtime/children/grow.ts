/** Trains and evaluates over thousands of batches of random shapes; prints how the memory of the process grew. */
import { Evaluator } from '../../../src/models/evaluator.ts'
import { device } from '../../graph/run.ts'
import { uniforms } from '../../graph/tensors.ts'
import { tinyModel } from '../../models/tinyModels.ts'
import { microBatches, openEngine } from '../../trainer/engines.ts'

export interface Growth {
  steps: number
  /** Bytes that the process had more in the second half of so many steps than in the first, once it was warm: medians, as pages come and go. */
  grown: number
}

/** Until the largest batches have come by. */
const warmUp = 1500
const steps = 4000
const setup = { family: 'distilbert', layout: 'packed', optimizer: 'wasm', accumulation: 2, dropout: [0.1, 0.1, 0.2], layers: 1, vocabulary: 300 } as const
const engine = openEngine(setup)
const { architecture, config } = tinyModel(setup.family, setup)
const evaluator = new Evaluator(device, architecture, config, 3, (name) => engine.optimizer.slots.get(name)!.value)

const next = uniforms(1)
const lengths = () => Array.from({ length: 1 + Math.floor(next() * 8) }, () => 1 + Math.floor(next() * 40))

function memory(): number {
  gc!()
  return process.memoryUsage.rss()
}

const samples: number[] = []
for (let step = 1; step <= warmUp + steps; step++) {
  await engine.step(microBatches(next() < 0.5 ? [lengths()] : [lengths(), lengths()], step, 3, 300), { step, learningRate: 1e-3 })
  if (step % 10 === 0) await evaluator.logits(microBatches([lengths()], step, 3, 300)[0].map(({ ids }) => ids))
  if (step > warmUp && step % 100 === 0) samples.push(memory())
}
const half = samples.length / 2
console.log(JSON.stringify({ steps, grown: median(samples.slice(half)) - median(samples.slice(0, half)) } satisfies Growth))

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
