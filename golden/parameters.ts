/** Parameters or gradients by name, held against a safetensors file with all of them. */
import { Largest } from './check.ts'
import { required, type Tensors } from './files.ts'
import type { Model } from './model.ts'
import { Unreadable } from './unreadable.ts'

/** What is compared of a parameter. */
export interface Quantity {
  ours: (name: string) => Float32Array
  /** What is expected of a parameter that the model has, but does not use; undefined where it has no such parameter. */
  unused: (name: string, size: number) => Promise<Float32Array | undefined>
}

export function valuesOf(model: Model): Quantity {
  return { ours: (name) => model.value(name), unused: (name, size) => model.unused(name, size) }
}

/** Of the last step. */
export function gradientsOf(model: Model): Quantity {
  const unused = async (name: string, size: number) => (await model.unused(name, size))?.fill(0)
  return { ours: (name) => model.engine.gradient(name), unused }
}

export async function compareParameters(
  largest: Largest, model: Model, { ours, unused }: Quantity, theirs: Tensors, tolerances: Readonly<Record<string, number>>,
): Promise<void> {
  const used = new Set(model.parameters.map(({ name }) => name))
  const others = theirs.shapes.filter(({ name }) => !used.has(name))
  for (const { name, shape } of [...model.parameters, ...others]) {
    const reference = await theirs.read(name, shape)
    const values = used.has(name) ? ours(name) : await unused(name, reference.length)
    if (!values) throw new Unreadable(`${theirs.path} has ${name}, which the model of config.json has not`)
    const tolerance = required(tolerances, name, `the tolerances for ${theirs.path}`)
    largest.compare(values, reference, tolerance, (index) => `${name}${place(index, shape)}`)
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
