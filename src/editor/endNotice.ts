/** One notification when a run ends that nobody looks at, whichever window is there to tell, also of one that ended while none was. */
import { setTimeout } from 'node:timers/promises'
import * as vscode from 'vscode'
import { z } from 'zod'
import { isLiveState } from '../protocol/panelMessages.ts'
import { claimEnd } from '../runs/trainerEntry.ts'
import type { ActiveModel } from './activeModel.ts'
import type { Log } from './log.ts'
import { asNotice } from './plainText.ts'
import { RunPanel } from './runPanel.ts'
import type { RunEntry, Runs } from './runs.ts'
import { percent } from './wording.ts'

const storedKey = 'finetune.liveRuns'
const storedSchema = z.array(z.string()).catch([])
/** A window in which the run is to be seen comes first, and then no other tells. */
const precedenceMilliseconds = 1000

/** @param memory of all windows: the runs that went on when the last one closed */
export function announceEnds(runs: Runs, model: ActiveModel, memory: vscode.Memento, log: Log): vscode.Disposable {
  const lastSeen = new Set(storedSchema.parse(memory.get(storedKey, [])))
  const announce = (run: RunEntry) => void tell(run, model).catch((error) => log.error(error))
  return vscode.Disposable.from(
    runs.onDidEnd(announce),
    runs.onDidChange(() => {
      const live = runs.list.filter(({ state }) => isLiveState(state)).map(({ id }) => id)
      for (const run of runs.list) if (lastSeen.delete(run.id) && !live.includes(run.id)) announce(run)
      if (live.join() !== storedSchema.parse(memory.get(storedKey, [])).join()) void memory.update(storedKey, live)
    }),
  )
}

async function tell(run: RunEntry, model: ActiveModel): Promise<void> {
  // The first model that a person trains is at once the one that classifies.
  if (run.state === 'finished' && model.folder === undefined) await model.use(run.folder)
  if (!RunPanel.isVisible(run.id)) await setTimeout(precedenceMilliseconds)
  if (!await claimEnd(run.folder) || RunPanel.isVisible(run.id)) return
  const [open, resume, showLog] = [vscode.l10n.t('Open Run'), vscode.l10n.t('Resume'), vscode.l10n.t('Show Log')]
  const isBad = run.state === 'failed' || run.state === 'interrupted'
  const show = isBad ? vscode.window.showWarningMessage : vscode.window.showInformationMessage
  const actions = [...isBad && vscode.workspace.isTrusted ? [resume] : [], open, ...isBad ? [showLog] : []]
  const commands: Record<string, string> = { [open]: 'finetune.openRun', [resume]: 'finetune.resume', [showLog]: 'finetune.showLog' }
  const chosen = await show(asNotice(endText(run)), ...actions)
  if (chosen !== undefined) await vscode.commands.executeCommand(commands[chosen], { run: run.id })
}

function endText({ name, state, accuracy, cause }: RunEntry): string {
  switch (state) {
    case 'finished': return accuracy === null ? vscode.l10n.t('{0} is finished.', name) : vscode.l10n.t('{0} is finished: accuracy {1}.', name, percent(accuracy))
    case 'stopped': return vscode.l10n.t('{0} was stopped. It can be resumed.', name)
    case 'failed': return cause === undefined ? vscode.l10n.t('{0} failed: its log tells why.', name) : vscode.l10n.t('{0} failed: {1}', name, cause)
    default: return [
      vscode.l10n.t('The process that trained {0} ended unexpectedly. The run can be resumed.', name),
      ...cause === undefined ? [] : [vscode.l10n.t('Cause: {0}.', cause)],
    ].join(' ')
  }
}
