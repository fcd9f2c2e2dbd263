/** Logits of whole batches held against a reference's. */
import { z } from 'zod'
import type { Example } from '../src/trainer/stepInputs.ts'
import { Largest } from './check.ts'
import type { Model } from './model.ts'
import { Unreadable } from './unreadable.ts'

/** For each batch, for each of its rows, the logits. */
export const logitsSchema = z.array(z.array(z.array(z.number())))
type Logits = z.output<typeof logitsSchema>

/** @param file what the reference is from */
export async function compareLogits(largest: Largest, model: Model, batches: readonly Example[][], theirs: Logits, tolerance: number | undefined, file: string): Promise<void> {
  if (theirs.length !== batches.length) throw new Unreadable(`${file} has logits of ${theirs.length} batches, of ${batches.length}`)
  for (const [i, batch] of batches.entries()) {
    const ours = await model.logits(batch.map(({ ids }) => ids))
    for (const [row, logits] of ours.entries()) {
      const reference = theirs[i][row]
      if (reference?.length !== logits.length) throw new Unreadable(`${file}: batch ${i}, row ${row} is not of ${logits.length} logits`)
      largest.compare(logits, reference, tolerance, (label) => `batch ${i}, row ${row}, label ${label}`)
    }
  }
}
