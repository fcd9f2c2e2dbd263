/** The run panel: a form for a new run, or one run while it goes on and when it ended. It answers what its page asks for. */
import * as vscode from 'vscode'
import { fromPanelSchema } from '../protocol/panelMessages.ts'
import type { FromPanel, RunHeader, ToPanel } from '../protocol/panelMessages.ts'
import type { RowQuestion } from '../protocol/rowMessages.ts'
import { classifyRequest } from '../protocol/workerRequests.ts'
import type { ActiveModel } from './activeModel.ts'
import { Choices } from './choices.ts'
import { draftOf, tutorialDraft } from './draftSettings.ts'
import { FormSession } from './formSession.ts'
import { errorText } from './errorText.ts'
import type { HubAccount } from './hubAccount.ts'
import { HubSearch } from './hubSearch.ts'
import type { Log } from './log.ts'
import { pageEvents } from './pageEvents.ts'
import { panelHtml } from './panelHtml.ts'
import { answerAboutRows, sendCorrections } from './rowAnswers.ts'
import { runId } from './runs.ts'
import type { RunEntry, Runs } from './runs.ts'
import type { Training } from './training.ts'
import { requireNativeCode } from './nativeCode.ts'
import { requireTrust } from './trust.ts'
import { WorkerClient } from './workerClient.ts'

export interface PanelParts {
  dist: vscode.Uri
  runs: Runs
  training: Training
  account: HubAccount
  worker: WorkerClient
  /** What is remembered for this workspace. */
  memory: vscode.Memento
  model: ActiveModel
  log: Log
}

/** What a panel shows: a run, by id, or the form: for AG News, for a file, or filled with what an earlier run, by id, began with. */
export type PanelTarget = { run: string } | { news: boolean, file?: vscode.Uri } | { again: string }

export const panelType = 'finetune.run'

export class RunPanel {
  static readonly #open = new Set<RunPanel>()
  readonly #panel: vscode.WebviewPanel
  readonly #parts: PanelParts
  readonly #choices: Choices
  readonly #form: FormSession
  readonly #search: HubSearch
  #target: PanelTarget
  #follow: vscode.Disposable | undefined
  #sentHeader = ''
  #isDisposed = false

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
    this.#choices = new Choices(parts.worker, parts.memory)
    const lookAhead = new WorkerClient(vscode.Uri.joinPath(parts.dist, 'lookAhead.js').fsPath, parts.log)
    this.#form = new FormSession({ choices: this.#choices, lookAhead, training: parts.training, account: parts.account, log: parts.log, send: (message) => this.#send(message) })
    this.#search = new HubSearch(parts.worker, parts.account, (message) => this.#send(message))
    panel.webview.options = { enableScripts: true, localResourceRoots: [parts.dist] }
    const changes = [
      parts.runs.onDidChange(() => this.#sendHeader()), parts.model.onDidChange(() => this.#sendHeader()),
      parts.account.onDidChangeSessions(() => this.#lookAgain()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.#send({ type: 'trust', isWorkspaceTrusted: true })
        this.#lookAgain()
        // Until now the run's data was not read.
        this.#sendCorrections().catch((error) => parts.log.error(error))
      }),
    ]
    panel.webview.onDidReceiveMessage((message) => this.#receive(message))
    panel.onDidDispose(() => {
      this.#isDisposed = true
      this.#follow?.dispose()
      this.#form.dispose()
      this.#search.dispose()
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
      this.#parts.log.error(error)
      this.#send({ type: 'problem', text: errorText(error) })
    }
  }

  async #answer(message: FromPanel): Promise<unknown> {
    const { training, model } = this.#parts
    switch (message.type) {
      case 'ready': return this.#show()
      case 'manageTrust': return vscode.commands.executeCommand('workbench.trust.manage')
      case 'trySample': return this.#showRun(await training.trySample())
      case 'chooseModel': return this.#form.chooseModel()
      case 'chooseData': return this.#form.chooseData(message)
      case 'search': return this.#search.find(message)
      case 'access': return this.#form.access(message)
      case 'chooseNamed': return this.#form.chooseNamed(message)
      case 'draft': return this.#form.update(message.draft)
      case 'start': return this.#showStarted(await this.#form.start(message.draft))
      case 'stop': return training.stop(this.#run(message.run).folder)
      case 'pause': return training.pause(this.#run(message.run).folder)
      case 'resume': return training.resume(this.#run(message.run).folder)
      case 'use': return model.use(this.#run(message.run).folder)
      case 'publish': return vscode.commands.executeCommand('finetune.publish', { run: message.run })
      case 'again': return RunPanel.open(this.#parts, { again: this.#run(message.run).id })
      case 'showLog': return training.showLog(this.#run(message.run).folder)
      case 'classify': return this.#classify(message, this.#run(message.run))
      case 'open': return
      default: return this.#answerAboutRows(message)
    }
  }

  async #answerAboutRows(question: RowQuestion): Promise<void> {
    const { worker } = this.#parts
    await answerAboutRows(worker, this.#run(question.run), question, (answer) => this.#send(answer))
    if (question.type !== 'fixLabel' && question.type !== 'undoCorrection') return
    // Another run may have the same data.
    for (const panel of RunPanel.#open) if (panel !== this) await panel.#sendCorrections()
  }

  async #sendCorrections(): Promise<void> {
    const run = 'run' in this.#target ? this.#parts.runs.get(this.#target.run) : undefined
    if (run?.state === 'finished') await sendCorrections(this.#parts.worker, run, (answer) => this.#send(answer))
  }

  #run(id: string): RunEntry {
    const run = this.#parts.runs.get(id)
    if (!run) throw new Error(`no run ${id}`)
    return run
  }

  async #classify({ request, text }: Extract<FromPanel, { type: 'classify' }>, { folder }: RunEntry): Promise<void> {
    requireTrust()
    requireNativeCode()
    const { predictions: [{ scores }], milliseconds } = await this.#parts.worker.request(classifyRequest, { folder, texts: [text] })
    this.#send({ type: 'prediction', request, milliseconds, scores })
  }

  async #showStarted(folder: string | undefined): Promise<void> {
    if (folder !== undefined) await this.#showRun(folder)
  }

  async #showRun(folder: string): Promise<void> {
    if (this.#isDisposed) return
    this.#target = { run: runId(folder) }
    await this.#show()
  }

  #lookAgain(): void {
    this.#form.lookAgain()?.catch((error) => this.#parts.log.error(error))
  }

  async #show(): Promise<void> {
    this.#send({ type: 'trust', isWorkspaceTrusted: vscode.workspace.isTrusted })
    if ('run' in this.#target) {
      if (!this.#parts.runs.get(this.#target.run)) await this.#parts.runs.refresh()
      if (this.#isDisposed) return
      const run = this.#parts.runs.get(this.#target.run)
      if (run) return this.#sendRun(run)
      this.#target = { news: true }
    }
    this.#panel.title = vscode.l10n.t('Fine-tune')
    await this.#showForm()
  }

  #sendRun(run: RunEntry): void {
    this.#panel.title = run.name
    this.#sentHeader = ''
    this.#follow?.dispose()
    this.#follow = this.#parts.runs.follow(run.folder, (events, restarted) => {
      if (!restarted) return this.#send({ type: 'events', events: pageEvents(events) })
      this.#send({ type: 'run', run: this.#header(this.#parts.runs.get(run.id) ?? run), events: pageEvents(events) })
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

  #header({ id, name, model, data, state, cause }: RunEntry): RunHeader {
    return { id, name, model, data, state, cause, inUse: this.#parts.model.isRun(id) }
  }

  async #showForm(): Promise<void> {
    const target = this.#target
    if ('run' in target) return
    await this.#choices.remember()
    if ('again' in target) return this.#form.show(false, await draftOf(this.#choices, this.#run(target.again).folder))
    this.#form.show(target.news, target.news ? tutorialDraft : target.file ? { data: this.#choices.addData([target.file.fsPath]) } : {})
  }

  /** A panel may be closed while its answer is sought: nobody asks for it any more. */
  #send(message: ToPanel): void {
    if (this.#isDisposed) return
    void this.#panel.webview.postMessage(message)
  }
}

function targetKey(target: PanelTarget): string {
  return JSON.stringify('file' in target ? { ...target, file: target.file?.toString() } : target)
}
