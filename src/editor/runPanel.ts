/** The run panel: a form for a new run, or one run while it goes on and when it ended. It answers what its page asks for. */
import * as vscode from 'vscode'
import { fromPanelSchema } from '../protocol/panelMessages.ts'
import type { FromPanel, RunHeader, ToPanel } from '../protocol/panelMessages.ts'
import { classifyRequest } from '../protocol/workerRequests.ts'
import type { ActiveModel } from './activeModel.ts'
import { Choices } from './dataChoice.ts'
import { errorText } from './errorText.ts'
import { panelHtml } from './panelHtml.ts'
import { answerAboutRows } from './rowAnswers.ts'
import { runId } from './runs.ts'
import type { RunEntry, Runs } from './runs.ts'
import type { Training } from './training.ts'
import { requireNativeCode } from './nativeCode.ts'
import { requireTrust } from './trust.ts'
import type { WorkerClient } from './workerClient.ts'

export interface PanelParts {
  dist: vscode.Uri
  runs: Runs
  training: Training
  worker: WorkerClient
  model: ActiveModel
  log: vscode.LogOutputChannel
}

/** What a panel shows: a run, by id, or the form: for AG News, for a file, or filled with what an earlier run, by id, began with. */
export type PanelTarget = { run: string } | { news: boolean, file?: vscode.Uri } | { again: string }

export const panelType = 'finetune.run'

export class RunPanel {
  static readonly #open = new Set<RunPanel>()
  readonly #panel: vscode.WebviewPanel
  readonly #parts: PanelParts
  readonly #choices: Choices
  #target: PanelTarget
  #follow: vscode.Disposable | undefined
  #sentHeader = ''

  /** Shows a panel for that, the one that is there if it already shows it. */
  static open(parts: PanelParts, target: PanelTarget): void {
    const there = [...RunPanel.#open].find((panel) => panel.#shows(target))
    if (there) return there.#panel.reveal()
    RunPanel.restore(parts, vscode.window.createWebviewPanel(panelType, vscode.l10n.t('Fine-tune'), vscode.ViewColumn.Active, { retainContextWhenHidden: true }), target)
  }

  /** Puts the page into a panel: a new one, or one that VS Code kept over a reload. */
  static restore(parts: PanelParts, panel: vscode.WebviewPanel, target: PanelTarget): void {
    RunPanel.#open.add(new RunPanel(parts, panel, target))
  }

  /** Whether a person looks at this run. */
  static isVisible(run: string): boolean {
    return [...RunPanel.#open].some((panel) => panel.#panel.visible && panel.#shows({ run }))
  }

  private constructor(parts: PanelParts, panel: vscode.WebviewPanel, target: PanelTarget) {
    this.#parts = parts
    this.#panel = panel
    this.#target = target
    this.#choices = new Choices(parts.worker)
    if ('file' in target && target.file) this.#choices.setData(target.file)
    panel.webview.options = { enableScripts: true, localResourceRoots: [parts.dist] }
    const changes = [parts.runs.onDidChange(() => this.#sendHeader()), parts.model.onDidChange(() => this.#sendHeader())]
    panel.webview.onDidReceiveMessage((message) => this.#receive(message))
    panel.onDidDispose(() => {
      this.#follow?.dispose()
      vscode.Disposable.from(...changes).dispose()
      RunPanel.#open.delete(this)
    })
    panel.webview.html = panelHtml(panel.webview, parts.dist)
  }

  #shows(target: PanelTarget): boolean {
    return targetKey(target) === targetKey(this.#target)
  }

  async #receive(message: unknown): Promise<void> {
    const parsed = fromPanelSchema.safeParse(message)
    if (!parsed.success) return this.#parts.log.error(`a page sent what is no message: ${parsed.error.message}`)
    try {
      await this.#answer(parsed.data)
    } catch (error) {
      this.#parts.log.error(error as Error)
      this.#send({ type: 'problem', text: errorText(error) })
    }
  }

  async #answer(message: FromPanel): Promise<unknown> {
    const { training, model } = this.#parts
    switch (message.type) {
      case 'ready': return this.#show()
      case 'trySample': return this.#showRun(await training.trySample())
      case 'chooseModel': return this.#choices.chooseModel().then(() => this.#sendForm())
      case 'chooseData': return await this.#choices.chooseData() && this.#sendForm()
      case 'columns': return this.#sendPreview(message.text_column, message.label_column)
      case 'start': return this.#start(message)
      case 'stop': return training.stop(this.#run(message.run).folder)
      case 'pause': return training.pause(this.#run(message.run).folder)
      case 'resume': return training.resume(this.#run(message.run).folder)
      case 'use': return model.use(this.#run(message.run).folder)
      case 'publish': return vscode.commands.executeCommand('finetune.publish', { run: message.run })
      case 'showLog': return training.showLog(this.#run(message.run).folder)
      case 'classify': return this.#classify(message, this.#run(message.run))
      case 'open': return
      default: return answerAboutRows(this.#parts.worker, this.#run(message.run), message, (answer) => this.#send(answer))
    }
  }

  #run(id: string): RunEntry {
    const run = this.#parts.runs.get(id)
    if (!run) throw new Error(`no run ${id}`)
    return run
  }

  async #start({ model, data, settings }: Extract<FromPanel, { type: 'start' }>): Promise<void> {
    const [model_name_or_path, dataset] = [this.#choices.modelPath(model), this.#choices.dataPaths(data)]
    if (model_name_or_path === undefined || dataset === undefined) throw new Error('the page chose what it was not offered')
    // Where a run may begin is this side's to say, whatever the page sends.
    await this.#showRun(await this.#parts.training.start({ ...settings, model_name_or_path, dataset, resume_from_checkpoint: null }))
  }

  async #classify({ request, text }: Extract<FromPanel, { type: 'classify' }>, { folder }: RunEntry): Promise<void> {
    requireTrust()
    requireNativeCode()
    const { predictions: [{ scores }], milliseconds } = await this.#parts.worker.request(classifyRequest, { folder, texts: [text] })
    this.#send({ type: 'prediction', request, milliseconds, scores })
  }

  async #showRun(folder: string): Promise<void> {
    this.#target = { run: runId(folder) }
    await this.#show()
  }

  async #show(): Promise<void> {
    if ('run' in this.#target) {
      if (!this.#parts.runs.get(this.#target.run)) await this.#parts.runs.refresh()
      const run = this.#parts.runs.get(this.#target.run)
      if (run) return this.#sendRun(run)
      this.#target = { news: true }
    }
    this.#panel.title = vscode.l10n.t('Fine-tune')
    await this.#sendForm()
  }

  #sendRun(run: RunEntry): void {
    this.#panel.title = run.name
    this.#follow?.dispose()
    this.#follow = this.#parts.runs.follow(run.folder, (events, restarted) => {
      if (!restarted) return this.#send({ type: 'events', events: [...events] })
      this.#send({ type: 'run', run: this.#header(this.#parts.runs.get(run.id) ?? run), events: [...events] })
    })
  }

  #sendHeader(): void {
    const run = 'run' in this.#target ? this.#parts.runs.get(this.#target.run) : undefined
    if (!run || !this.#follow) return
    const header = this.#header(run)
    if (JSON.stringify(header) === this.#sentHeader) return
    this.#sentHeader = JSON.stringify(header)
    this.#send({ type: 'header', run: header })
  }

  #header({ id, name, model, data, state }: RunEntry): RunHeader {
    return { id, name, model, data, state, inUse: this.#parts.model.isRun(id) }
  }

  async #sendForm(): Promise<void> {
    if ('run' in this.#target) return
    const settings = 'again' in this.#target ? await this.#choices.again(this.#run(this.#target.again).folder) : {}
    const { models, data } = this.#choices
    this.#send({ type: 'form', news: 'news' in this.#target && this.#target.news, models, data, settings })
    if (data) await this.#sendPreview()
  }

  async #sendPreview(text_column?: string, label_column?: string): Promise<void> {
    const message = await this.#choices.preview(text_column, label_column)
    if (message) this.#send(message)
  }

  #send(message: ToPanel): void {
    void this.#panel.webview.postMessage(message)
  }
}

function targetKey(target: PanelTarget): string {
  return JSON.stringify('file' in target ? { ...target, file: target.file?.toString() } : target)
}
