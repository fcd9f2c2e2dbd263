import type { UsedRows } from '../models/layouts/batch.ts'
import type { Example } from './stepInputs.ts'

/** A micro-batch and its place in the run. */
export interface MicroBatch {
  examples: readonly Example[]
  /** Rows of tables that its effective batch uses. */
  used: UsedRows
  place: { step: number; firstText: number; weight: number }
}

/** The micro-batches of a step with their places in it; each row weighs the same. */
export function placed(micro: readonly (readonly Example[])[], step: number, used: UsedRows): MicroBatch[] {
  const weight = 1 / micro.flat().length
  let firstText = 0
  return micro.map((examples) => {
    const place = { step, firstText, weight }
    firstText += examples.length
    return { examples, used, place }
  })
}
