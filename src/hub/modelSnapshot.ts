/** The files of a model on the Hub that training needs, or classifying, and no others. */
import { join } from 'node:path'
import { readConfig } from '../pretrained/pretrained.ts'
import { shardsOf, torchIndex, torchWeights } from '../pretrained/weights.ts'
import { UserError } from '../protocol/errors.ts'
import type { DownloadProgress, HubRepository } from './hubRepository.ts'

const weights = 'model.safetensors'
const index = 'model.safetensors.index.json'
/** Taken where they are there: what tokenizers are made of, what older readers look for in the finished model, the card with the licence. */
const small = [
  'config.json', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json', 'vocab.txt', 'vocab.json', 'merges.txt',
  'sentencepiece.bpe.model', 'spiece.model', 'spm.model', 'README.md',
]

/** Downloads a model, and returns its folder. A pickle of weights comes only where there are no safetensors. */
export async function downloadModel(repository: HubRepository, onProgress?: (progress: DownloadProgress) => void): Promise<string> {
  await repository.download(await modelPaths(repository, onProgress), onProgress)
  await repository.rememberAbsent(small)
  return repository.folder
}

/** What of a model is needed. The index of shards is downloaded for it. */
export async function modelPaths(repository: HubRepository, onProgress?: (progress: DownloadProgress) => void): Promise<string[]> {
  const { paths, name } = repository
  if (!paths.includes('config.json')) throw new UserError('hub.no-config', { name: name.id })
  const wanted = small.filter((path) => paths.includes(path))
  if (paths.includes(weights)) return [...wanted, weights]
  if (!paths.includes(index)) {
    if (paths.includes(torchWeights)) return [...wanted, torchWeights]
    throw new UserError('hub.no-weights', { name: name.id, instead: paths.includes(torchIndex) ? ', only shards of a pickle' : '' })
  }
  await repository.download([index], onProgress)
  const path = join(repository.folder, index)
  const shards = await shardsOf(path)
  const lacking = shards.find((shard) => !paths.includes(shard))
  if (lacking !== undefined) throw new UserError('model.shard-missing', { file: lacking, index: path })
  return [...wanted, index, ...shards]
}

/** What transformers.js reads of a model, by these names. */
const forClassifying = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model.onnx']
/** What a model of more than 2 GB has beside it. */
const externalData = /^onnx\/model\.onnx_data(_\d+)?$/

/**
 * Downloads of a finished classifier what the worker classifies with, and returns its folder. What the model is, its small files tell first.
 * @throws UserError for a model that lacks something for that, or that does not classify texts
 */
export async function downloadClassifier(repository: HubRepository, onProgress?: (progress: DownloadProgress) => void): Promise<string> {
  const { paths, name, folder } = repository
  const lacking = forClassifying.filter((path) => !paths.includes(path))
  if (lacking.length > 0) throw new UserError('hub.no-onnx', { name: name.id, files: lacking.join(', ') })
  await repository.download(['config.json'])
  const { architectures } = await readConfig(folder)
  const classes = Array.isArray(architectures) ? architectures.map(String) : []
  const isOther = classes.length > 0 && !classes.some((each) => each.endsWith('ForSequenceClassification'))
  if (isOther) throw new UserError('hub.not-classifier', { name: name.id, architecture: classes.join(', ') })
  await repository.download([...forClassifying, ...paths.filter((path) => externalData.test(path))], onProgress)
  return folder
}
