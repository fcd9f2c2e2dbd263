/** Wires the parts of the extension, nothing else. */
import * as vscode from 'vscode'
import { ActiveModel } from './editor/activeModel.ts'
import { ClassifySelection } from './editor/classifySelection.ts'
import { ClassifyTool, toolName } from './editor/classifyTool.ts'
import { registerCommands } from './editor/commands.ts'
import { ComparePanel, comparePanelType } from './editor/comparePanel.ts'
import { Contexts } from './editor/contexts.ts'
import { announceEnds } from './editor/endNotice.ts'
import { showWhetherSupported } from './editor/nativeCode.ts'
import { HubAccount } from './editor/hubAccount.ts'
import { PendingPublications } from './editor/pendingPublications.ts'
import { RowDocuments } from './editor/rowDocuments.ts'
import { Presence } from './editor/presence.ts'
import { panelType, RunPanel } from './editor/runPanel.ts'
import { Runs } from './editor/runs.ts'
import { Training } from './editor/training.ts'
import { TrainingStatus } from './editor/trainingStatus.ts'
import { TrainingView } from './editor/trainingView.ts'
import { WorkerClient } from './editor/workerClient.ts'
import { panelStateSchema } from './protocol/panelMessages.ts'

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Finetune', { log: true })
  const runs = new Runs()
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
    new TrainingView(runs, model),
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
  void runs.refresh()
  void pending.offerWaiting().catch((error) => log.error(error as Error))
}
