/** The status bar while a run goes on, for a person whose side bar is closed or who has just opened the window. */
import * as vscode from 'vscode'
import { isLiveState } from '../protocol/panelMessages.ts'
import type { Runs } from './runs.ts'
import { pace, place, stateName } from './wording.ts'

export class TrainingStatus implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('finetune.training', vscode.StatusBarAlignment.Right, 91)
  readonly #changes: vscode.Disposable
  #opened: string | undefined

  constructor(runs: Runs) {
    this.#item.name = vscode.l10n.t('Finetune: Training')
    this.#changes = runs.onDidChange(() => this.#show(runs))
  }

  dispose(): void {
    this.#changes.dispose()
    this.#item.dispose()
  }

  /** Only where it is another run: a click on a command that was set anew meanwhile finds the old one gone, and is lost. */
  #opens(id: string): void {
    if (id === this.#opened) return
    this.#opened = id
    this.#item.command = { command: 'finetune.openRun', title: vscode.l10n.t('Open Run'), arguments: [{ run: id }] }
  }

  #show({ list }: Runs): void {
    const live = list.filter(({ state }) => isLiveState(state))
    const run = live.find(({ state }) => state === 'running') ?? live.at(-1)
    if (!run) return this.#item.hide()
    const progress = run.state === 'running' ? run.view?.progress : undefined
    const where = progress && run.view?.preflight ? place(progress, run.view.preflight.num_train_epochs) : stateName(run.state)
    this.#item.text = `${run.state === 'running' ? '$(loading~spin)' : run.state === 'paused' ? '$(debug-pause)' : '$(watch)'} ${where}`
    this.#item.tooltip = [run.name, ...progress ? [pace(progress)] : [], ...live.length > 1 ? [vscode.l10n.t('and {0} more', live.length - 1)] : []].join('\n')
    this.#item.accessibilityInformation = { label: [run.name, stateName(run.state), where].join(', '), role: 'button' }
    this.#opens(run.id)
    this.#item.show()
  }
}
