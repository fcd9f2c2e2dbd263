/** What holds for a whole process: the same bits again, and memory that does not grow. */
import { expect, test } from 'vitest'
import { runChild } from './child.ts'
import type { GivenBack } from './children/giveBack.ts'
import type { Growth } from './children/grow.ts'

test('training gives the same bits from process to process, with one thread or two', async () => {
  const [first, again, one] = [await runChild('train', 2), await runChild('train', 2), await runChild('train', 1)]
  expect(first).toEqual({ 'packed wasm': expect.stringMatching(/^\w{64}$/), 'padded onnx': expect.stringMatching(/^\w{64}$/) })
  expect(again).toEqual(first)
  expect(one).toEqual(first)
}, 60_000)

// A tensor forgotten in every step would be 10 MB and more.
test('memory stays flat over thousands of batches of random shapes', async () => {
  const { steps, grown } = await runChild<Growth>('grow')
  expect(steps).toBe(4000)
  expect(grown).toBeLessThan(6e6)
}, 60_000)

// By itself glibc would keep all twenty.
test.runIf(process.platform === 'linux')('large blocks that are freed go back to the system', async () => {
  const { kept } = await runChild<GivenBack>('giveBack')
  expect(kept).toBeGreaterThan(7 << 20)
  expect(kept).toBeLessThan(16 << 20)
})
