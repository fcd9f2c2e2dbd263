/**
 * Trains a model wide enough for its products to be shared among threads without another order of sums: ONNX Runtime cuts a product
 * by columns, and below 128 of them a thread sums in other blocks. Prints what came of it, as hashes.
 */
import { createHash } from 'node:crypto'
import { follow, microBatches } from '../../trainer/engines.ts'

const sizes = { hidden: 256, heads: 4, inner: 512, dropout: [0.1, 0.1, 0.2] as const }
const batches = [1, 2, 3].map((seed) => microBatches([[40, 33, 12, 40, 25, 38], [36, 9, 40]], seed))

const results: Record<string, string> = {}
for (const { layout, optimizer } of [{ layout: 'packed', optimizer: 'wasm' }, { layout: 'padded', optimizer: 'onnx' }] as const) {
  const { steps, gradients, parameters } = await follow({ family: 'bert', ...sizes, layout, optimizer, accumulation: 2 }, batches)
  const hash = createHash('sha256').update(JSON.stringify(steps))
  for (const values of [...gradients.values(), ...parameters.values()]) hash.update(new Uint8Array(values.buffer))
  results[`${layout} ${optimizer}`] = hash.digest('hex')
}
console.log(JSON.stringify(results))
