/** What follows from the state of the runs: which commands apply, and one notification when a run ends that nobody looks at. */
import * as vscode from 'vscode'
import { isLiveState } from '../protocol/panelMessages.ts'
import type { ActiveModel } from './activeModel.ts'
import type { ContextKey } from './contributions.ts'
import { RunPanel } from './runPanel.ts'
import type { RunEntry, Runs } from './runs.ts'
import { percent } from './wording.ts'

export function announceEnds(runs: Runs, model: ActiveModel): vscode.Disposable {
  return vscode.Disposable.from(
    runs.onDidChange(() => setContexts(runs.list)),
    runs.onDidEnd(async (run) => {
      // The first model that a person trains is at once the one that classifies.
      if (run.state === 'finished' && model.folder === undefined) await model.use(run.folder)
      if (RunPanel.isVisible(run.id)) return
      const open = vscode.l10n.t('Open Run')
      const show = run.state === 'finished' || run.state === 'stopped' ? vscode.window.showInformationMessage : vscode.window.showWarningMessage
      if (await show(endText(run), open) === open) await vscode.commands.executeCommand('finetune.openRun', { run: run.id })
    }),
  )
}

const contexts = new Map<ContextKey, boolean>()

function setContexts(list: readonly RunEntry[]): void {
  function set(name: ContextKey, value: boolean): void {
    if (contexts.get(name) === value) return
    contexts.set(name, value)
    void vscode.commands.executeCommand('setContext', `finetune.${name}`, value)
  }
  set('hasRuns', list.length > 0)
  set('isTraining', list.some(({ state }) => isLiveState(state)))
  set('canPause', list.some(({ state }) => state === 'running'))
  set('hasUnfinished', list.some(({ state }) => state === 'paused' || state === 'stopped' || state === 'interrupted' || state === 'failed'))
}

function endText({ name, state, accuracy }: RunEntry): string {
  switch (state) {
    case 'finished': return accuracy === null ? vscode.l10n.t('{0} is finished.', name) : vscode.l10n.t('{0} is finished: accuracy {1}.', name, percent(accuracy))
    case 'stopped': return vscode.l10n.t('{0} was stopped. It can be resumed.', name)
    case 'failed': return vscode.l10n.t('{0} failed: its log tells why.', name)
    default: return vscode.l10n.t('The process that trained {0} ended unexpectedly. The run can be resumed.', name)
  }
}
