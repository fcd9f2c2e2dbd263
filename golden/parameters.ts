/** Parameters or gradients by name, held against a safetensors file with all of them. */
import { Largest } from './check.ts'
import { required, type Tensors } from './files.ts'
import type { Model } from './model.ts'
import { Unreadable } from './unreadable.ts'

/** @param ours the values of a parameter */
export async function compareParameters(
  largest: Largest, model: Model, ours: (name: string) => Float32Array, theirs: Tensors, tolerances: Readonly<Record<string, number>>,
): Promise<void> {
  const names = new Set(model.parameters.map(({ name }) => name))
  const stranger = theirs.names.find((name) => !names.has(name))
  if (stranger) throw new Unreadable(`${theirs.path} has ${stranger}, which the model of config.json has not`)
  for (const { name, shape } of model.parameters) {
    const tolerance = required(tolerances, name, `the tolerances for ${theirs.path}`)
    largest.compare(ours(name), await theirs.read(name, shape), tolerance, (index) => `${name}${place(index, shape)}`)
  }
}

/** `[row, column]` of an index into a tensor. */
export function place(index: number, shape: readonly number[]): string {
  const places: number[] = []
  for (const size of shape.toReversed()) {
    places.unshift(index % size)
    index = Math.floor(index / size)
  }
  return `[${places.join(', ')}]`
}
