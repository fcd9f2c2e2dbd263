/** Where the contract is tried: the local Hub, or with FINETUNE_LIVE=1 the real one, with a person's token and a repository to throw away. */
import { randomUUID } from 'node:crypto'
import { deleteRepo, type HubApiError } from '@huggingface/hub'
import { accountOf } from '../../src/hub/account.ts'
import type { Credential } from '../../src/hub/credentials.ts'
import { datasetServerOf } from '../../src/hub/datasetServer.ts'
import { hubEndpoint } from '../../src/hub/endpoint.ts'
import { startHub } from './hub.ts'
import { addCommit, storedFile } from './repositories.ts'

export interface ContractPlace {
  endpoint: string
  datasetServer: string
  /** May read everything public, and make repositories under the name of its owner. */
  owner: Credential & { name: string }
  /** A name under which the owner has no repository: one may be made there. */
  throwAway: string
  /** Removes what was made. */
  close(): Promise<void>
}

/** Public on the real Hub, and as much of them as the contract asks for on the local one. */
export const publicModel = 'distilbert/distilbert-base-uncased'
export const publicDataset = 'fancyzhx/ag_news'
export const formerDataset = 'ag_news'

export function openPlace(): Promise<ContractPlace> {
  return process.env.FINETUNE_LIVE === '1' ? realHub() : localHub()
}

async function realHub(): Promise<ContractPlace> {
  const token = process.env.HF_TOKEN
  if (process.env.CI || !token) throw new Error('the real Hub is asked with the token of a person in HF_TOKEN, and never in CI')
  const endpoint = hubEndpoint()
  const owner = { token, endpoint, name: (await accountOf({ token, endpoint })).name }
  const throwAway = `${owner.name}/finetune-contract-${randomUUID().slice(0, 8)}`
  // Where a test failed it may be there still.
  const close = () => deleteRepo({ repo: throwAway, hubUrl: endpoint, accessToken: token }).catch((error: HubApiError) => { if (error.statusCode !== 404) throw error })
  return { endpoint, datasetServer: datasetServerOf(endpoint)!, owner, throwAway, close }
}

async function localHub(): Promise<ContractPlace> {
  const hub = await startHub()
  const { endpoint, datasetServer } = hub
  const owner = { ...hub.addAccount('mara', 'hf_of_mara_herself', { role: 'write' }), endpoint }
  const card = (more: string) => `---\nlicense: apache-2.0\n${more}---\n# A card\n`
  await hub.add('model', publicModel, { 'README.md': card('tags: [transformers, safetensors]\n'), 'config.json': '{ "model_type": "distilbert" }', 'model.safetensors': Buffer.alloc(5000, 7), 'vocab.txt': '[PAD]\n' }, { downloads: 9 })
  await hub.add('model', 'ada/distilbert-small', { 'README.md': card('tags: [transformers, safetensors]\n') }, { downloads: 5 })
  const dataset = await hub.add('dataset', publicDataset, { 'README.md': card('') }, { formerIds: [formerDataset] })
  addCommit(dataset, [await storedFile('default/train/0000.parquet', 'x'), await storedFile('default/test/0000.parquet', 'y')], { ref: 'refs/convert/parquet', orphan: true })
  const features = [{ name: 'text', type: { dtype: 'string', _type: 'Value' } }, { name: 'label', type: { names: ['World', 'Sports', 'Business', 'Sci/Tech'], _type: 'ClassLabel' } }]
  const rows = Array.from({ length: 80 }, (_, index) => ({ text: `text ${index}`, label: index % 4 }))
  hub.viewer.set(publicDataset, { default: { train: { features, rows }, test: { features, rows } } })
  return { endpoint, datasetServer, owner, throwAway: 'mara/finetune-contract', close: () => hub.close() }
}
