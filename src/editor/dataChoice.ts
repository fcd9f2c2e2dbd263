/** Models and data that a form offers: a page knows them by id and name, their paths stay here. */
import { basename } from 'node:path'
import * as vscode from 'vscode'
import { printable } from '../protocol/errors.ts'
import type { Choice, ToPanel } from '../protocol/panelMessages.ts'
import { quick } from '../protocol/presets.ts'
import { modelRequest, previewRequest } from '../protocol/workerRequests.ts'
import type { PreviewResult } from '../protocol/workerRequests.ts'
import type { WorkerClient } from './workerClient.ts'

export const dataExtensions = ['csv', 'tsv', 'json', 'jsonl', 'ndjson', 'parquet']

export class Choices {
  readonly #worker: WorkerClient
  readonly #models: { choice: Choice, path: string }[]
  #data: { choice: Choice, path: string } | undefined
  #count = 0

  constructor(worker: WorkerClient) {
    this.#worker = worker
    const choice = { id: this.#nextId(), name: vscode.l10n.t('Small embedded encoder'), detail: vscode.l10n.t('6 layers for English, trains in minutes; comes with Finetune'), defaults: { learning_rate: quick.learning_rate! } }
    this.#models = [{ choice, path: quick.model_name_or_path }]
  }

  /** The one chosen last first. */
  get models(): Choice[] {
    return this.#models.map(({ choice }) => choice).reverse()
  }

  modelPath(id: string): string | undefined {
    return this.#models.find(({ choice }) => choice.id === id)?.path
  }

  dataPath(id: string): string | undefined {
    return this.#data?.choice.id === id ? this.#data.path : undefined
  }

  /** Asks for the folder of a model. One that cannot be trained is offered with what is wrong with it. */
  async chooseModel(): Promise<void> {
    const [folder] = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, title: vscode.l10n.t('Folder of a Model'), openLabel: vscode.l10n.t('Use') }) ?? []
    if (!folder) return
    const choice: Choice = { id: this.#nextId(), name: printable(basename(folder.fsPath)), detail: '' }
    try {
      const { model_type, bytes } = await this.#worker.request(modelRequest, folder.fsPath)
      choice.detail = `${model_type}, ${Math.ceil(bytes / 1e6)} MB`
    } catch (error) {
      choice.problem = (error as Error).message
    }
    this.#models.push({ choice, path: folder.fsPath })
  }

  /** Asks for a file of rows. */
  async chooseData(): Promise<boolean> {
    const [file] = await vscode.window.showOpenDialog({ title: vscode.l10n.t('File with Texts and Labels'), openLabel: vscode.l10n.t('Use'), filters: { [vscode.l10n.t('Texts with labels')]: dataExtensions } }) ?? []
    if (file) this.setData(file)
    return file !== undefined
  }

  setData(file: vscode.Uri): void {
    const choice = { id: this.#nextId(), name: printable(basename(file.fsPath)), detail: printable(vscode.workspace.asRelativePath(file)) }
    this.#data = { choice, path: file.fsPath }
  }

  get data(): Choice | undefined {
    return this.#data?.choice
  }

  /** The chosen data as training will read it, with these columns or those that are found. */
  async preview(text_column: string | null = null, label_column: string | null = null): Promise<Extract<ToPanel, { type: 'data' }> | undefined> {
    const data = this.#data
    if (!data) return undefined
    const { columns, preview, problem } = await this.#worker.request(previewRequest, { dataset: [data.path], text_column, label_column })
    return { type: 'data', data: { ...data.choice, problem: problem && worded(problem, data.path) }, columns, preview }
  }

  #nextId(): string {
    return `choice-${++this.#count}`
  }
}

/** A mistake in the words of a form, where files have short names and columns are chosen. */
function worded({ code, message }: NonNullable<PreviewResult['problem']>, path: string): string {
  if (code === 'data.column-not-found' || code === 'data.column-ambiguous') return vscode.l10n.t('Which columns hold the texts and the labels? Choose them above.')
  return printable(message.replaceAll(path, basename(path)).replace(/--(\w+)/g, '$1'))
}
