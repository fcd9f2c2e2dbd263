/** trainer_orders.json: the rows in the order in which Trainer takes them. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { epochOrder } from '../src/random/mt19937.ts'
import { Largest } from './check.ts'
import { readJson } from './files.ts'
import type { Result } from './report.ts'

const rows = z.array(z.int().min(0))
const sizes = { n: z.int().positive(), seed: z.int().min(0) }
const whole = z.object({ ...sizes, epochs: z.array(rows).min(1) })
/** The first rows of each epoch, and the digest of all of them as little-endian 64-bit integers. */
const told = z.object({ ...sizes, epochs_first64: z.array(rows).min(1), sha256_int64le: z.array(z.string()).min(1) })
const schema = z.record(z.string(), z.union([z.string(), whole, told]))

/** Whether a file is one of orders. */
export function hasOrders(path: string): boolean {
  return Object.values(readJson(path, z.record(z.string(), z.unknown()))).some((each) => whole.or(told).safeParse(each).success)
}

export function checkOrders(path: string): Result {
  const checks = Object.entries(readJson(path, schema)).flatMap(([name, orders]) => {
    if (typeof orders !== 'object') return []
    const largest = new Largest(`${name}: rows elsewhere`)
    const epochs = 'epochs' in orders ? orders.epochs : orders.epochs_first64
    for (const [epoch, theirs] of epochs.entries()) {
      const ours = epochOrder(orders.n, orders.seed, epoch)
      largest.compare(ours.subarray(0, theirs.length), theirs, 0, (row) => `epoch ${epoch + 1}, row ${row}`)
      if ('sha256_int64le' in orders) largest.add(digest(ours) === orders.sha256_int64le[epoch] ? 0 : orders.n, 0, `epoch ${epoch + 1}, all`)
    }
    return largest.checks
  })
  return { checks, notes: [] }
}

function digest(order: Iterable<number>): string {
  return createHash('sha256').update(new Uint8Array(BigInt64Array.from(order, BigInt).buffer)).digest('hex')
}
