/**
 * The weights of a model folder: model.safetensors, or the shards that model.safetensors.index.json names. Only where there are neither,
 * pytorch_model.bin is read, as data.
 */
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { UserError } from '../protocol/errors.ts'
import { isPlainName } from '../protocol/foreignPath.ts'
import { readJsonObject } from './json.ts'
import { openSafetensors, readTensorInto } from './safetensors.ts'
import type { Safetensors, TensorEntry, TensorFile } from './safetensors.ts'
import { openTorchFile } from './torchFile.ts'

/** A shard is a plain file name: the index is untrusted and must not lead out of its folder. */
const shardName = /^[\w-][\w.-]*\.safetensors$/

/** Weights as torch.save writes them, in which Python would run code that somebody put there. */
export const torchWeights = 'pytorch_model.bin'
/** Names the shards of such weights, which are not read: none of the models that are trained here is that large. */
export const torchIndex = 'pytorch_model.bin.index.json'

/** All tensors of a checkpoint, whichever file holds them. */
export class Weights {
  /** What messages name: model.safetensors, the index or pytorch_model.bin. */
  readonly path: string
  readonly files: readonly TensorFile[]
  readonly #fileOf: ReadonlyMap<string, TensorFile>

  constructor(path: string, fileOf: ReadonlyMap<string, TensorFile>) {
    this.path = path
    this.files = [...new Set(fileOf.values())]
    this.#fileOf = fileOf
  }

  /** Whether they come from a pickle, which is worth a notice. */
  get isPickle(): boolean {
    return basename(this.path) === torchWeights
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
  if (existsSync(single)) return oneFile(await openSafetensors(single))
  const index = join(folder, 'model.safetensors.index.json')
  if (existsSync(index)) return openShards(folder, index)
  const torch = join(folder, torchWeights)
  if (existsSync(torch)) return oneFile(await openTorchFile(torch))
  if (existsSync(join(folder, torchIndex))) throw new UserError('model.torch-shards', { folder, file: torchIndex })
  throw new UserError('model.weights-missing', { folder })
}

function oneFile(file: TensorFile): Weights {
  return new Weights(file.path, new Map([...file.tensors.keys()].map((name) => [name, file])))
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
