/** Reading references: what does not fit is said with its file and place, and nothing is guessed. */
import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { isTrainable } from '../src/pretrained/dtypes.ts'
import type { NamedShape } from '../src/pretrained/parameters.ts'
import { openSafetensors, readTensor, type Safetensors } from '../src/pretrained/safetensors.ts'
import { Unreadable } from './unreadable.ts'

/** A JSON file as `schema` has it. */
export function readJson<Schema extends z.ZodType>(path: string, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(parse(path))
  if (result.success) return result.data
  const [{ path: place, message }] = result.error.issues
  throw new Unreadable(`${path}: ${place.join('.') || 'the whole'}: ${message}`)
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new Unreadable(`${path}: ${(error as Error).message}`)
  }
}

/** The floating-point tensors of a safetensors file, by name. */
export class Tensors {
  readonly path: string
  readonly #file: Safetensors

  private constructor(file: Safetensors) {
    this.path = file.path
    this.#file = file
  }

  static async open(path: string): Promise<Tensors> {
    return new Tensors(await openSafetensors(path))
  }

  /** Without integers: those are buffers such as position_ids. */
  get shapes(): NamedShape[] {
    return [...this.#file.tensors.values()].filter(({ dtype }) => isTrainable(dtype)).map(({ name, shape }) => ({ name, shape }))
  }

  get names(): string[] {
    return this.shapes.map(({ name }) => name)
  }

  /** The values of a tensor, which must have that shape. */
  async read(name: string, shape: readonly number[]): Promise<Float32Array> {
    const entry = this.#file.tensors.get(name)
    if (!entry) throw new Unreadable(`${this.path} has no tensor ${name}`)
    if (entry.shape.join() !== shape.join()) throw new Unreadable(`${this.path}: ${name} is [${entry.shape}], but config.json makes it [${shape}]`)
    return readTensor(this.#file, name)
  }

  /** The norm of all tensors together. */
  async norm(): Promise<number> {
    let squares = 0
    for (const name of this.names) squares += (await readTensor(this.#file, name)).reduce((sum, x) => sum + x * x, 0)
    return Math.sqrt(squares)
  }
}

/** The value that a reference must have under a name. */
export function required<Value>(values: Readonly<Record<string, Value>>, name: string, what: string): Value {
  if (!Object.hasOwn(values, name)) throw new Unreadable(`${what} says nothing of ${name}`)
  return values[name]
}
