/** A checkpoint folder, laid out as a Hub repository or by save_pretrained: config.json, the weights, the tokenizer's files. */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { UserError } from '../protocol/errors.ts'
import { readJsonObject } from './json.ts'
import type { JsonObject } from './json.ts'
import { openWeights } from './weights.ts'
import type { Weights } from './weights.ts'

/** config.json: `model_type` is checked here, what else a family reads is checked by that family. */
export type ModelConfig = JsonObject & { model_type: string }

export interface Pretrained {
  folder: string
  config: ModelConfig
  weights: Weights
}

/** Opens and checks a folder; nothing is read of the weights but their headers. Throws a UserError for everything that is wrong with it. */
export async function openPretrained(folder: string): Promise<Pretrained> {
  checkFolder(folder)
  return { folder, config: await readConfig(folder), weights: await openWeights(folder) }
}

/** config.json of a model folder. */
export async function readConfig(folder: string): Promise<ModelConfig> {
  const path = join(folder, 'config.json')
  if (!existsSync(path)) throw new UserError(existsSync(join(folder, 'run.json')) ? 'model.run-unfinished' : 'model.config-missing', { folder })
  const config = await readJsonObject(path)
  const { model_type: type } = config
  if (typeof type !== 'string' || type === '') throw new UserError('model.type-missing', { file: path })
  return { ...config, model_type: type }
}

function checkFolder(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false })
  if (found?.isDirectory()) return
  if (found) throw new UserError('model.not-a-folder', { path: folder })
  throw new UserError('model.folder-missing', { path: folder })
}

/** What a fingerprint covers besides the weights. */
const smallFiles = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'spm.model']

/** SHA-256 over config, tokenizer and weights, whole: equal exactly if training would start from the same model. About a second per GB. */
export async function fingerprint({ folder, weights }: Pretrained): Promise<string> {
  const present = smallFiles.map((name) => join(folder, name)).filter((path) => existsSync(path))
  const hash = createHash('sha256')
  for (const path of [...present, ...weights.files.map((file) => file.path)]) {
    // Name and length stand before each file, so that no two sets of files run together into the same bytes.
    hash.update(`${basename(path)}\0${statSync(path).size}\0`)
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece as Buffer)
  }
  return hash.digest('hex')
}
