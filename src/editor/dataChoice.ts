/** Models and data that a form offers: a page knows them by id and name, their paths stay here. */
import { basename } from 'node:path'
import * as vscode from 'vscode'
import { checkSettings } from '../protocol/checkSettings.ts'
import { UserError, printable } from '../protocol/errors.ts'
import type { Choice, SettingValue, ToPanel } from '../protocol/panelMessages.ts'
import { quick } from '../protocol/presets.ts'
import { modelRequest, previewRequest } from '../protocol/workerRequests.ts'
import type { PreviewResult } from '../protocol/workerRequests.ts'
import { readRunRecord } from '../runs/runRecord.ts'
import { errorText, translatedMistake } from './errorText.ts'
import { dataName } from './runs.ts'
import type { WorkerClient } from './workerClient.ts'

export const dataExtensions = ['csv', 'tsv', 'json', 'jsonl', 'ndjson', 'parquet']

export class Choices {
  readonly #worker: WorkerClient
  readonly #models: { choice: Choice, path: string }[]
  #data: { choice: Choice, paths: string[] } | undefined
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

  dataPaths(id: string): string[] | undefined {
    return this.#data?.choice.id === id ? this.#data.paths : undefined
  }

  /** Offers the model and the data of an earlier run, and returns its settings that are no defaults. */
  async again(folder: string): Promise<Record<string, SettingValue>> {
    const record = await readRunRecord(folder)
    if (!record) throw new UserError('run.gone', { folder })
    const { model_name_or_path, dataset } = record.settings
    if (model_name_or_path !== quick.model_name_or_path) await this.#offerModel(model_name_or_path)
    this.#offerData(dataset)
    const defaults: Record<string, unknown> = checkSettings({ model_name_or_path, dataset })
    const isElsewhere = (name: string) => ['model_name_or_path', 'dataset', 'output_dir', 'resume_from_checkpoint'].includes(name)
    return Object.fromEntries(Object.entries(record.settings).filter(([name, value]) => !isElsewhere(name) && value !== defaults[name])) as Record<string, SettingValue>
  }

  /** Asks for the folder of a model. One that cannot be trained is offered with what is wrong with it. */
  async chooseModel(): Promise<void> {
    const [folder] = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, title: vscode.l10n.t('Folder of a Model'), openLabel: vscode.l10n.t('Use') }) ?? []
    if (folder) await this.#offerModel(folder.fsPath)
  }

  async #offerModel(path: string): Promise<void> {
    const choice: Choice = { id: this.#nextId(), name: printable(basename(path)), detail: '' }
    try {
      const { model_type, bytes } = await this.#worker.request(modelRequest, path)
      choice.detail = vscode.l10n.t('{0}, {1} MB', model_type, Math.ceil(bytes / 1e6))
    } catch (error) {
      choice.problem = errorText(error)
    }
    this.#models.push({ choice, path })
  }

  /** Asks for a file of rows. */
  async chooseData(): Promise<boolean> {
    const [file] = await vscode.window.showOpenDialog({ title: vscode.l10n.t('File with Texts and Labels'), openLabel: vscode.l10n.t('Use'), filters: { [vscode.l10n.t('Texts with labels')]: dataExtensions } }) ?? []
    if (file) this.setData(file)
    return file !== undefined
  }

  setData(file: vscode.Uri): void {
    this.#offerData([file.fsPath])
  }

  #offerData(paths: string[]): void {
    const detail = paths.map((path) => vscode.workspace.asRelativePath(path)).join(', ')
    this.#data = { choice: { id: this.#nextId(), name: printable(dataName(paths)), detail: printable(detail) }, paths }
  }

  get data(): Choice | undefined {
    return this.#data?.choice
  }

  /** The chosen data as training will read it, with these columns or those that are found. */
  async preview(text_column: string | null = null, label_column: string | null = null): Promise<Extract<ToPanel, { type: 'data' }> | undefined> {
    const data = this.#data
    if (!data) return undefined
    const { columns, preview, problem } = await this.#worker.request(previewRequest, { dataset: data.paths, text_column, label_column })
    return { type: 'data', data: { ...data.choice, problem: problem && worded(problem, data.paths[0]) }, columns, preview }
  }

  #nextId(): string {
    return `choice-${++this.#count}`
  }
}

/** A mistake in the words of a form, where files have short names and columns are chosen. */
function worded({ message, ...mistake }: NonNullable<PreviewResult['problem']>, path: string): string {
  const { code } = mistake
  if (code === 'data.column-not-found' || code === 'data.column-ambiguous') return vscode.l10n.t('Which columns hold the texts and the labels? Choose them above.')
  return printable((translatedMistake(mistake) ?? message).replaceAll(path, basename(path)).replace(/--(\w+)/g, '$1'))
}
