/** Tensors told by samples: some values, and numbers over all of them. */
import { z } from 'zod'
import { Largest } from './check.ts'
import { required, type Tensors } from './files.ts'
import type { Model } from './model.ts'
import { place } from './parameters.ts'
import { Unreadable } from './unreadable.ts'

export const samplesSchema = z.object({
  shape: z.array(z.int().positive()),
  /** Euclidean norm, in float64. */
  l2: z.number(),
  sum: z.number(),
  max_abs: z.number(),
  /** Values from the first on. */
  first16: z.array(z.number()),
  /** Values from the middle one on. */
  mid16: z.array(z.number()),
})
type Samples = z.output<typeof samplesSchema>

/**
 * @param selected tensors that are there whole
 * @param tolerance what each value of a tensor may be off by
 */
export async function compareSamples<Told extends Samples>(
  largest: Largest, model: Model, ours: (name: string) => Float32Array, selected: Tensors,
  samples: Readonly<Record<string, Told>>, tolerance: (told: Told) => number,
): Promise<void> {
  const names = new Set(model.parameters.map(({ name }) => name))
  const stranger = [...Object.keys(samples), ...selected.names].find((name) => !names.has(name))
  if (stranger) throw new Unreadable(`${selected.path} or meta.json has ${stranger}, which the model of config.json has not`)
  for (const { name, shape } of model.parameters) {
    const told = required(samples, name, 'meta.json')
    if (told.shape.join() !== shape.join()) throw new Unreadable(`meta.json has ${name} as [${told.shape}], but config.json makes it [${shape}]`)
    const values = ours(name)
    compareTold(largest, name, values, told, tolerance(told))
    if (selected.names.includes(name)) {
      largest.compare(values, await selected.read(name, shape), tolerance(told), (index) => `${name}${place(index, shape)}`)
    }
  }
}

/** If each of n values is off by at most t, then their sum is by n t, and their norm by √n t. Values that are 0, as in rows without gradient, are not off. */
function compareTold(largest: Largest, name: string, values: Float32Array, told: Samples, tolerance: number): void {
  const { count, squares, sum, maxAbs } = totals(values)
  const middle = Math.floor(values.length / 2)
  largest.compare(values.subarray(0, told.first16.length), told.first16, tolerance, (index) => `${name}, value ${index}`)
  largest.compare(values.subarray(middle, middle + told.mid16.length), told.mid16, tolerance, (index) => `${name}, value ${middle + index}`)
  largest.add(Math.abs(maxAbs - told.max_abs), tolerance, `${name}, max_abs`)
  largest.add(Math.abs(Math.sqrt(squares) - told.l2), tolerance * Math.sqrt(count), `${name}, l2`)
  largest.add(Math.abs(sum - told.sum), tolerance * count, `${name}, sum`)
}

function totals(values: Float32Array): { count: number; squares: number; sum: number; maxAbs: number } {
  const all = { count: 0, squares: 0, sum: 0, maxAbs: 0 }
  for (const value of values) {
    if (value !== 0) all.count++
    all.squares += value * value
    all.sum += value
    all.maxAbs = Math.max(all.maxAbs, Math.abs(value))
  }
  return all
}
