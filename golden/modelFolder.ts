/** Where the model is that a reference names. */
import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Given } from './commandLine.ts'
import { Unreadable } from './unreadable.ts'

/** The large references, for a reference that lies elsewhere. */
export const sharedData = resolve(process.env.FINETUNE_SHARED ?? '../shared', 'data')

/**
 * @param folder the reference's own, such as data/golden/minilm
 * @param name the name of a folder in data/models, or a path from data/golden, such as `../models/all-MiniLM-L6-v2`
 */
export function findModel(folder: string, name: string, { model }: Given): string {
  if (model) return model
  if (basename(name) === 'all-MiniLM-L6-v2' && process.env.FINETUNE_MINILM) return process.env.FINETUNE_MINILM
  const path = name.includes('/') ? name : join('../models', name)
  const candidates = [dirname(resolve(folder)), join(sharedData, 'golden')].map((golden) => resolve(golden, path))
  const found = candidates.find((candidate) => existsSync(join(candidate, 'config.json')))
  if (!found) throw new Unreadable(`${folder} names the model ${name}, which is not at ${candidates[0]}: give its folder with --model`)
  return found
}
