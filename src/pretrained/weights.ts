/** The weights of a model folder: model.safetensors, or the shards that model.safetensors.index.json names. Pickles are never opened. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../protocol/errors.ts'
import { isPlainName } from '../protocol/foreignPath.ts'
import { readJsonObject } from './json.ts'
import { openSafetensors, readTensorInto } from './safetensors.ts'
import type { Safetensors, TensorEntry } from './safetensors.ts'

/** A shard is a plain file name: the index is untrusted and must not lead out of its folder. */
const shardName = /^[\w-][\w.-]*\.safetensors$/

/** Weights that can run code when opened. */
export const pickles: readonly string[] = ['pytorch_model.bin', 'pytorch_model.bin.index.json']

/** All tensors of a checkpoint, whichever file holds them. */
export class Weights {
  /** What messages name: model.safetensors or the index. */
  readonly path: string
  readonly files: readonly Safetensors[]
  readonly #fileOf: ReadonlyMap<string, Safetensors>

  constructor(path: string, fileOf: ReadonlyMap<string, Safetensors>) {
    this.path = path
    this.files = [...new Set(fileOf.values())]
    this.#fileOf = fileOf
  }

  names(): string[] {
    return [...this.#fileOf.keys()]
  }

  entry(name: string): TensorEntry | undefined {
    return this.#fileOf.get(name)?.tensors.get(name)
  }

  /** Fills `target` with tensor `name` as float32; see `readTensorInto`. */
  async readInto(name: string, target: Float32Array): Promise<void> {
    const file = this.#fileOf.get(name)
    if (!file) throw new Error(`${this.path} has no tensor ${name}`)
    await readTensorInto(file, name, target)
  }
}

/** Opens and checks the weights in `folder`: one file before shards, as transformers does. Throws a UserError where there are none we read. */
export async function openWeights(folder: string): Promise<Weights> {
  const single = join(folder, 'model.safetensors')
  if (existsSync(single)) {
    const file = await openSafetensors(single)
    return new Weights(single, new Map([...file.tensors.keys()].map((name) => [name, file])))
  }
  const index = join(folder, 'model.safetensors.index.json')
  if (existsSync(index)) return openShards(folder, index)
  const pickle = pickles.find((name) => existsSync(join(folder, name)))
  if (pickle) throw new UserError('model.pickle-only', { folder, file: pickle })
  throw new UserError('model.weights-missing', { folder })
}

async function openShards(folder: string, index: string): Promise<Weights> {
  const shards = new Map<string, Safetensors>()
  const fileOf = new Map<string, Safetensors>()
  for (const [tensor, shard] of Object.entries(await readWeightMap(index))) {
    let file = shards.get(shard)
    if (!file) {
      file = await openShard(folder, index, shard)
      shards.set(shard, file)
    }
    if (!file.tensors.has(tensor)) throw new UserError('model.shard-lacks', { file: file.path, tensor, index })
    fileOf.set(tensor, file)
  }
  return new Weights(index, fileOf)
}

/** The files that an index names, each once. @throws UserError for a name that is not that of a plain file beside it */
export async function shardsOf(index: string): Promise<string[]> {
  return [...new Set(Object.values(await readWeightMap(index)))]
}

async function readWeightMap(index: string): Promise<Record<string, string>> {
  const { weight_map: map } = await readJsonObject(index)
  if (typeof map !== 'object' || map === null || Array.isArray(map)) throw new UserError('model.index-malformed', { file: index })
  for (const shard of Object.values(map)) {
    if (typeof shard !== 'string' || !shardName.test(shard) || !isPlainName(shard)) throw new UserError('model.shard-name', { file: index, shard: String(shard) })
  }
  return map as Record<string, string>
}

async function openShard(folder: string, index: string, shard: string): Promise<Safetensors> {
  const path = join(folder, shard)
  if (!existsSync(path)) throw new UserError('model.shard-missing', { file: path, index })
  return openSafetensors(path)
}
