/** Delete: the folders of runs go to the trash, once the person has said so, and never one in which a process writes. */
import * as vscode from 'vscode'
import { UserError, printable } from '../protocol/errors.ts'
import { isLiveState } from '../protocol/panelMessages.ts'
import { liveRequest } from '../protocol/workerRequests.ts'
import type { ActiveModel } from './activeModel.ts'
import { asNotice } from './plainText.ts'
import type { RunEntry, Runs } from './runs.ts'
import type { WorkerClient } from './workerClient.ts'

export interface DeleteParts {
  runs: Runs
  worker: WorkerClient
  model: ActiveModel
}

export async function deleteRuns({ runs, worker, model }: DeleteParts, chosen: readonly RunEntry[]): Promise<void> {
  if (chosen.length === 0) return
  const [{ name }] = chosen
  const question = chosen.length === 1 ? vscode.l10n.t('Delete the run {0}, its checkpoints and its model?', name) : vscode.l10n.t('Delete {0} runs, their checkpoints and their models?', chosen.length)
  const toTrash = vscode.l10n.t('Move to Trash')
  if (await vscode.window.showWarningMessage(asNotice(question), { modal: true, detail: chosen.map(({ folder }) => printable(folder)).join('\n') }, toTrash) !== toTrash) return
  await runs.refresh()
  for (const { id, folder } of chosen) {
    const run = runs.get(id)
    // A process that is about to go on with it has taken its lock, and no socket is there yet.
    if (run && (isLiveState(run.state) || await worker.request(liveRequest, folder))) throw new UserError('run.delete-live', { folder })
    await remove(vscode.Uri.file(folder))
    if (model.isRun(id)) await model.forget()
  }
  await runs.refresh()
}

/** Where the system has no trash for that folder (a remote one has none), a person must say so again. */
async function remove(folder: vscode.Uri): Promise<void> {
  try {
    return await vscode.workspace.fs.delete(folder, { recursive: true, useTrash: true })
  } catch {
    const forever = vscode.l10n.t('Delete Permanently')
    const question = vscode.l10n.t('There is no trash for {0}. Delete it permanently?', folder.fsPath)
    if (await vscode.window.showWarningMessage(asNotice(question), { modal: true }, forever) === forever) await vscode.workspace.fs.delete(folder, { recursive: true })
  }
}
