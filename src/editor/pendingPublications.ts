/** Runs that are to be published when they are finished: the account is handed to their trainer then, or the person is asked later. */
import { setTimeout } from 'node:timers/promises'
import * as vscode from 'vscode'
import { scopes } from '../hub/oauth.ts'
import { readPublishRecord } from '../runs/publishRecord.ts'
import type { PublishRecord } from '../runs/publishRecord.ts'
import { readRunRecord } from '../runs/runRecord.ts'
import { connectTrainer } from '../runs/trainerClient.ts'
import { errorText } from './errorText.ts'
import type { HubAccount } from './hubAccount.ts'
import type { Log } from './log.ts'
import { asNotice } from './plainText.ts'
import { announcePublished } from './publishing.ts'
import type { RunEntry, Runs } from './runs.ts'

/** Looks after the runs that end from now on, and offers the newest one that has waited since before. */
export function publishPending(runs: Runs, account: HubAccount, log: Log): vscode.Disposable {
  void runs.refresh().then(() => offerNewest(runs)).catch((error) => log.error(error))
  return runs.onDidEnd((run) => void publishEnded(runs, run, account, log))
}

async function offerNewest(runs: Runs): Promise<void> {
  for (const run of runs.list.filter(({ state }) => state === 'finished')) {
    const record = await readPublishRecord(run.folder)
    if (record?.state === 'pending') return offer(run)
  }
}

/** A run of this window's, or another's, has just ended: its trainer waits for a little while. */
async function publishEnded(runs: Runs, run: RunEntry, account: HubAccount, log: Log): Promise<void> {
  try {
    if (run.state !== 'finished' || !(await readRunRecord(run.folder))?.settings.push_to_hub) return
    const record = await untilRecorded(run.folder)
    if (record?.state !== 'pending') return
    if (!await handOver(run, record, account)) return await offer(run)
    const published = await readPublishRecord(run.folder)
    await announcePublished(runs, run, record.endpoint, published?.repository ?? record.repository)
  } catch (error) {
    log.error(error)
    void vscode.window.showErrorMessage(asNotice(vscode.l10n.t('{0} is finished, but was not published: {1}', run.name, errorText(error))))
  }
}

/** Gives the trainer the account for this once. False where there is none, or no trainer any more. */
async function handOver({ folder, name }: RunEntry, record: PublishRecord, account: HubAccount): Promise<boolean> {
  const credential = await account.credential(scopes.publish, { ask: false })
  // A token goes to no other Hub than its own.
  if (credential === undefined || credential.endpoint !== record.endpoint) return false
  const trainer = await connectTrainer(folder)
  if (trainer === undefined) return false
  try {
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: asNotice(vscode.l10n.t('Publishing {0}', name)) }, () => trainer.publish(credential))
    return true
  } finally {
    trainer.close()
  }
}

async function offer(run: RunEntry): Promise<void> {
  const publish = vscode.l10n.t('Publish…')
  const chosen = await vscode.window.showInformationMessage(asNotice(vscode.l10n.t('{0} is finished and was to be published on Hugging Face.', run.name)), publish, vscode.l10n.t('Not Now'))
  if (chosen === publish) await vscode.commands.executeCommand('finetune.publish', { run: run.id })
}

/** The trainer writes it a moment after the run's last event. */
async function untilRecorded(folder: string): Promise<PublishRecord | undefined> {
  for (let tries = 0; tries < 50; tries++) {
    const record = await readPublishRecord(folder)
    if (record !== undefined) return record
    await setTimeout(100)
  }
  return undefined
}
