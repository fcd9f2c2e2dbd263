import { expect, test } from 'vitest'
import { TokenQueue } from '../../src/data/tokenQueue.ts'

/** Takes jobs until there is none, and returns their rows. */
function drain(queue: TokenQueue): number[][] {
  const jobs: number[][] = []
  for (let rows = queue.take(); rows.length > 0; rows = queue.take()) jobs.push(rows)
  return jobs
}

test('follows the order in jobs of some rows, and stops ahead of what was asked for', () => {
  const texts = Array(5000).fill('text')
  const order = Int32Array.from(texts.keys()).reverse()
  const queue = new TokenQueue(texts, order)
  const ahead = drain(queue).flat()
  expect(ahead).toEqual([...order.subarray(0, 2048)])
  queue.ask(order.subarray(0, 100))
  queue.ask(order.subarray(0, 100))
  expect(drain(queue).flat()).toEqual([...order.subarray(2048, 2048 + 128)])
  expect(queue.isEmpty).toBe(false)
  queue.ask(order)
  expect(drain(queue).flat()).toEqual([...order.subarray(2176)])
  expect(queue.isEmpty).toBe(true)
})

test('rows asked for come next, each row once', () => {
  const queue = new TokenQueue(Array(300).fill('text'), Int32Array.from({ length: 300 }, (_, i) => i))
  const first = queue.take()
  queue.ask([250, 3, 299, 250])
  expect(queue.take()).toEqual([250, 299])
  const rest = drain(queue).flat()
  expect([...first, 250, 299, ...rest].sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, i) => i))
})

test('long texts go in jobs of their own', () => {
  const long = 'x'.repeat(300_000)
  const queue = new TokenQueue(['a', 'b', long, 'c', long, long], Int32Array.of(0, 1, 2, 3, 4, 5))
  expect(drain(queue)).toEqual([[0, 1, 2], [3, 4], [5]])
})
