/** Models and data that forms offer: a page knows them by id and name, their paths stay here, for this workspace also over a reload. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import * as vscode from 'vscode'
import { z } from 'zod'
import { printable } from '../protocol/errors.ts'
import { hubDataset, hubModel } from '../runs/sourceNames.ts'
import type { Choice } from '../protocol/formMessages.ts'
import { hubNews } from '../protocol/formPresets.ts'
import { quick } from '../protocol/presets.ts'
import { modelRequest } from '../protocol/workerRequests.ts'
import { errorText } from './errorText.ts'
import { dataName } from './runs.ts'
import type { WorkerClient } from './workerClient.ts'

export const dataExtensions = ['csv', 'tsv', 'json', 'jsonl', 'ndjson', 'parquet']

export const [hubModelId, hubDataId] = ['hub-distilbert', 'hub-ag-news']
export const embeddedId = 'embedded-encoder'
const sampleId = 'news-sample'
/** Offered always. */
const builtIn: readonly string[] = [hubModelId, hubDataId, embeddedId, sampleId]

const mementoKey = 'finetune.choices'
/** Paths, and names of the Hub, of what was chosen, the newest first. */
const rememberedSchema = z.object({ models: z.array(z.string()), data: z.array(z.array(z.string()).min(1)) })
const mostRemembered = 8

interface Offer {
  choice: Choice
  paths: readonly string[]
}

export class Choices {
  readonly #worker: WorkerClient
  readonly #memory: vscode.Memento
  #models: Offer[]
  #data: Offer[]

  constructor(worker: WorkerClient, memory: vscode.Memento) {
    this.#worker = worker
    this.#memory = memory
    this.#models = [{
      choice: {
        id: embeddedId, name: vscode.l10n.t('Small embedded encoder'), detail: vscode.l10n.t('2 layers for English, trains in minutes; comes with Finetune'),
        defaults: { learning_rate: quick.learning_rate! },
      },
      paths: [quick.model_name_or_path],
    }, {
      choice: { id: hubModelId, name: hubNews.model, detail: vscode.l10n.t('DistilBERT, the model of Hugging Face\'s tutorial; from the Hugging Face Hub') },
      paths: [hubNews.model],
    }]
    this.#data = [{
      choice: { id: sampleId, name: vscode.l10n.t('Built-in News sample'), detail: vscode.l10n.t('400 + 160 rows of AG News; comes with Finetune') },
      paths: quick.dataset as string[],
    }, {
      choice: { id: hubDataId, name: hubNews.dataset, detail: vscode.l10n.t('AG News: 120,000 + 7,600 headlines in 4 topics; from the Hugging Face Hub') },
      paths: [hubNews.dataset],
    }]
  }

  /** Offers what was chosen before and is still there. */
  async remember(): Promise<void> {
    const { models, data } = rememberedSchema.safeParse(this.#memory.get(mementoKey)).data ?? { models: [], data: [] }
    for (const paths of data.toReversed()) if (isNamedData(paths) || paths.every((path) => existsSync(path))) this.#add(this.#data, dataOffer(paths))
    const there = models.toReversed().filter((path) => isNamedModel(path) || existsSync(path))
    for (const offer of await Promise.all(there.map((path) => this.#modelOffer(path)))) this.#add(this.#models, offer)
  }

  /** The newest first. */
  get models(): Choice[] {
    return this.#models.map(({ choice }) => choice)
  }

  get data(): Choice[] {
    return this.#data.map(({ choice }) => choice)
  }

  model(id: string): { choice: Choice, path: string } | undefined {
    const offer = this.#models.find(({ choice }) => choice.id === id)
    return offer && { choice: offer.choice, path: offer.paths[0] }
  }

  dataPaths(id: string): readonly string[] | undefined {
    return this.#data.find(({ choice }) => choice.id === id)?.paths
  }

  /** Asks for the folder of a model. Returns its id. */
  async askModel(): Promise<string | undefined> {
    const [folder] = await vscode.window.showOpenDialog({
      canSelectFolders: true, canSelectFiles: false, title: vscode.l10n.t('Folder of a Model'), openLabel: vscode.l10n.t('Use'),
    }) ?? []
    return folder && this.addModel(folder.fsPath)
  }

  /** Asks for files of rows, or for a folder of them. Returns their id. */
  async askData(from: 'files' | 'folder', many: boolean): Promise<string | undefined> {
    const isFolder = from === 'folder'
    const files = await vscode.window.showOpenDialog({
      canSelectFolders: isFolder, canSelectFiles: !isFolder, canSelectMany: !isFolder && many, openLabel: vscode.l10n.t('Use'),
      title: isFolder ? vscode.l10n.t('Folder of a Dataset') : vscode.l10n.t('File with Texts and Labels'),
      filters: isFolder ? undefined : { [vscode.l10n.t('Texts with labels')]: dataExtensions },
    }) ?? []
    return files.length === 0 ? undefined : this.addData(files.map(({ fsPath }) => fsPath))
  }

  /** A model that cannot be trained is offered with what is wrong with it. Returns its id. */
  async addModel(path: string): Promise<string> {
    const offered = this.#models.find(({ paths }) => paths[0] === path)
    if (offered?.choice.problem === undefined && offered) return offered.choice.id
    return this.#add(this.#models, await this.#modelOffer(path))
  }

  addData(paths: readonly string[]): string {
    if (builtIn.includes(this.#offered(paths)?.choice.id ?? '')) return this.#offered(paths)!.choice.id
    return this.#add(this.#data, dataOffer(paths))
  }

  #offered(paths: readonly string[]): Offer | undefined {
    return this.#data.find((offer) => JSON.stringify(offer.paths) === JSON.stringify(paths))
  }

  async #modelOffer(path: string): Promise<Offer> {
    const choice: Choice = { id: idOf('model', [path]), name: printable(basename(path)), detail: '' }
    if (isNamedModel(path)) return { choice: { ...choice, name: path, detail: vscode.l10n.t('from the Hugging Face Hub') }, paths: [path] }
    try {
      const { model_type, bytes } = await this.#worker.request(modelRequest, path)
      choice.detail = vscode.l10n.t('{0}, {1} MB · {2}', printable(model_type), Math.ceil(bytes / 1e6), printable(vscode.workspace.asRelativePath(path)))
    } catch (error) {
      choice.problem = errorText(error)
    }
    return { choice, paths: [path] }
  }

  /** Puts it first, and on record. */
  #add(list: Offer[], offer: Offer): string {
    const { id } = offer.choice
    const others = list.filter(({ choice }) => choice.id !== id)
    list.splice(0, list.length, offer, ...others)
    const chosen = (offers: Offer[]) => offers.filter(({ choice }) => !builtIn.includes(choice.id)).slice(0, mostRemembered)
    void this.#memory.update(mementoKey, { models: chosen(this.#models).map(({ paths }) => paths[0]), data: chosen(this.#data).map(({ paths }) => paths) })
    return id
  }
}

/** A name of the Hub, rather than a folder. */
function isNamedModel(path: string): boolean {
  return hubModel({ model_name_or_path: path, model_revision: 'main' }) !== undefined
}

function isNamedData(paths: readonly string[]): boolean {
  return hubDataset({ dataset: [...paths], dataset_revision: 'main' }) !== undefined
}

function dataOffer(paths: readonly string[]): Offer {
  if (isNamedData(paths)) return { choice: { id: idOf('data', paths), name: paths[0], detail: vscode.l10n.t('from the Hugging Face Hub') }, paths }
  const name = printable(dataName(paths))
  const detail = printable(paths.map((path) => vscode.workspace.asRelativePath(path)).join(', '))
  return { choice: { id: idOf('data', paths), name, detail: detail === name ? '' : detail }, paths }
}

function idOf(kind: string, paths: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify([kind, ...paths])).digest('hex').slice(0, 32)
}
