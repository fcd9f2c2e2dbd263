/** Runs side by side: settings that differ, results, accuracy curves. Follows runs that go on. */
import * as vscode from 'vscode'
import { fromPanelSchema } from '../protocol/panelMessages.ts'
import type { Compared, ToPanel } from '../protocol/panelMessages.ts'
import type { Settings } from '../protocol/settings.ts'
import { differingSettings } from '../protocol/settingsDifference.ts'
import type { DifferingSetting } from '../protocol/settingsDifference.ts'
import { readRunRecord } from '../runs/runRecord.ts'
import type { RunRecord } from '../runs/runRecord.ts'
import { errorText } from './errorText.ts'
import { panelHtml } from './panelHtml.ts'
import { RunPanel } from './runPanel.ts'
import type { PanelParts } from './runPanel.ts'
import { dataName, modelName } from './runs.ts'
import type { RunEntry } from './runs.ts'

export const comparePanelType = 'finetune.compare'

export class ComparePanel {
  readonly #parts: PanelParts
  readonly #panel: vscode.WebviewPanel
  readonly #ids: readonly string[]
  #follows: vscode.Disposable[] = []
  #sent = ''
  #isDisposed = false

  /** @param ids of two runs or more */
  static open(parts: PanelParts, ids: readonly string[]): void {
    const panel = vscode.window.createWebviewPanel(comparePanelType, vscode.l10n.t('Compare Runs'), vscode.ViewColumn.Active, { retainContextWhenHidden: true })
    ComparePanel.restore(parts, panel, ids)
  }

  /** Puts the page into a panel: a new one, or one that VS Code kept over a reload. */
  static restore(parts: PanelParts, panel: vscode.WebviewPanel, ids: readonly string[]): void {
    new ComparePanel(parts, panel, ids)
  }

  private constructor(parts: PanelParts, panel: vscode.WebviewPanel, ids: readonly string[]) {
    this.#parts = parts
    this.#panel = panel
    this.#ids = ids
    panel.webview.options = { enableScripts: true, localResourceRoots: [parts.dist] }
    panel.webview.onDidReceiveMessage((message) => this.#receive(message))
    const changes = parts.runs.onDidChange(() => void this.#show())
    panel.onDidDispose(() => {
      this.#isDisposed = true
      vscode.Disposable.from(changes, ...this.#follows).dispose()
    })
    panel.webview.html = panelHtml(panel.webview, parts.dist)
  }

  async #receive(message: unknown): Promise<void> {
    const parsed = fromPanelSchema.safeParse(message)
    if (parsed.data?.type === 'ready') return this.#begin()
    if (parsed.data?.type === 'open' && this.#ids.includes(parsed.data.run)) return RunPanel.open(this.#parts, { run: parsed.data.run })
    this.#parts.log.error('a page sent what is no message of a comparison')
  }

  async #begin(): Promise<void> {
    const { runs } = this.#parts
    await runs.refresh()
    if (this.#isDisposed) return
    vscode.Disposable.from(...this.#follows).dispose()
    // Followed runs have a view; onDidChange tells when it has grown.
    this.#follows = this.#runs().map(({ folder }) => runs.follow(folder, () => {}))
    this.#sent = ''
    await this.#show()
  }

  #runs(): RunEntry[] {
    return this.#ids.flatMap((id) => this.#parts.runs.get(id) ?? [])
  }

  async #show(): Promise<void> {
    try {
      const found = await Promise.all(this.#runs().map(async (run) => ({ run, record: await readRunRecord(run.folder) })))
      const there = found.filter((each): each is { run: RunEntry, record: RunRecord } => each.record !== undefined)
      this.#send({ type: 'compare', runs: there.map(({ run, record }) => this.#compared(run, record)), differences: namedDifferences(there.map(({ record }) => record.settings)) })
    } catch (error) {
      this.#parts.log.error(error)
      this.#send({ type: 'problem', text: errorText(error) })
    }
  }

  #compared({ id, name, model, data, state, view }: RunEntry, { corrections, fingerprints }: RunRecord): Compared {
    return {
      run: { id, name, model, data, state, inUse: this.#parts.model.isRun(id) },
      evaluations: view?.evaluations ?? [],
      best: view?.best,
      train_rows: view?.preflight?.train_rows,
      corrections: corrections.length,
      data_fingerprint: fingerprints?.data ?? '',
    }
  }

  #send(message: ToPanel): void {
    const text = JSON.stringify(message)
    // A panel may be closed while the records are read.
    if (this.#isDisposed || text === this.#sent) return
    this.#sent = text
    void this.#panel.webview.postMessage(message)
  }
}

/** With names in place of paths: a page knows no places. */
export function namedDifferences(runs: readonly Settings[]): DifferingSetting[] {
  return differingSettings(runs).map(({ setting, values }) => {
    switch (setting) {
      case 'model_name_or_path': return { setting, values: runs.map(({ model_name_or_path }) => modelName(model_name_or_path)) }
      case 'dataset': return { setting, values: runs.map(({ dataset }) => dataName(dataset)) }
      case 'validation_file': return { setting, values: runs.map(({ validation_file }, index) => validation_file === null ? values[index] : dataName([validation_file])) }
      default: return { setting, values }
    }
  })
}
