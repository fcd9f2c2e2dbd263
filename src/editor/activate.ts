/** Wires the parts of the extension, nothing else. */
import * as vscode from 'vscode'
import { ActiveModel } from './activeModel.ts'
import { ClassifySelection } from './classifySelection.ts'
import { ClassifyTool, toolName } from './classifyTool.ts'
import { registerCommands } from './commands.ts'
import { ComparePanel, comparePanelType } from './comparePanel.ts'
import { Contexts } from './contexts.ts'
import { announceEnds } from './endNotice.ts'
import { showWhetherSupported } from './nativeCode.ts'
import { HubAccount } from './hubAccount.ts'
import { Log } from './log.ts'
import { PendingPublications } from './pendingPublications.ts'
import { RowDocuments } from './rowDocuments.ts'
import { Presence } from './presence.ts'
import { panelType, RunPanel } from './runPanel.ts'
import { Runs } from './runs.ts'
import { Training } from './training.ts'
import { TrainingStatus } from './trainingStatus.ts'
import { TrainingView } from './trainingView.ts'
import { WorkerClient } from './workerClient.ts'
import { panelStateSchema } from '../protocol/panelMessages.ts'

export function activate(context: vscode.ExtensionContext): void {
  const log = new Log()
  const runs = new Runs(log)
  const model = new ActiveModel(context.globalState)
  const worker = new WorkerClient(context.asAbsolutePath('dist/worker.js'), log)
  const account = new HubAccount(context, log)
  const training = new Training(runs, account, worker, context, log)
  const contexts = new Contexts(runs, context.globalState)
  const selection = new ClassifySelection(worker, model, contexts)
  const pending = new PendingPublications(runs, account, context.globalState, log)
  const parts = { dist: vscode.Uri.joinPath(context.extensionUri, 'dist'), runs, training, account, worker, memory: context.workspaceState, model, log }
  context.subscriptions.push(
    log, runs, model, worker, selection, account,
    new TrainingView(runs, model, () => void account.offer().catch((error: Error) => log.warn(error.message))),
    registerCommands(parts, selection, account),
    pending,
    RowDocuments.register(runs, worker),
    contexts,
    vscode.lm.registerTool(toolName, new ClassifyTool(worker, model)),
    announceEnds(runs, model, context.globalState, log),
    new Presence(runs, log),
    new TrainingStatus(runs),
    vscode.window.registerWebviewPanelSerializer(panelType, {
      async deserializeWebviewPanel(panel, state) {
        const { run, form } = panelStateSchema.safeParse(state).data ?? {}
        RunPanel.restore(parts, panel, run === undefined ? { news: form?.news ?? true } : { run })
      },
    }),
    vscode.window.registerWebviewPanelSerializer(comparePanelType, {
      async deserializeWebviewPanel(panel, state) {
        ComparePanel.restore(parts, panel, panelStateSchema.safeParse(state).data?.compare ?? [])
      },
    }),
  )
  void showWhetherSupported()
  runs.refresh().catch((error) => log.error(error))
  pending.offerWaiting().catch((error) => log.error(error))
}
