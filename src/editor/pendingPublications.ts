/** Runs that are to be published when they are finished: the account is handed to their trainer then, or the person is asked later. */
import { setTimeout } from 'node:timers/promises'
import * as vscode from 'vscode'
import { scopes } from '../hub/oauth.ts'
import { readPublishRecord } from '../runs/publishRecord.ts'
import type { PublishRecord } from '../runs/publishRecord.ts'
import { readRunRecord } from '../runs/runRecord.ts'
import { connectTrainer } from '../runs/trainerClient.ts'
import { errorText, mistakeOf } from './errorText.ts'
import type { HubAccount } from './hubAccount.ts'
import type { Log } from './log.ts'
import { asLabel, asNotice } from './plainText.ts'
import { announcePublished, showPublishing } from './publishing.ts'
import type { RunEntry, Runs } from './runs.ts'

/** Where the ids of the runs are kept that the person does not want to be offered again. */
const declinedKey = 'finetune.publishNotNow'

/** Looks after the runs that end from now on, and offers those that have waited since before. */
export class PendingPublications implements vscode.Disposable {
  readonly #runs: Runs
  readonly #account: HubAccount
  readonly #memory: vscode.Memento
  readonly #log: Log
  readonly #listening: vscode.Disposable

  constructor(runs: Runs, account: HubAccount, memory: vscode.Memento, log: Log) {
    this.#runs = runs
    this.#account = account
    this.#memory = memory
    this.#log = log
    this.#listening = runs.onDidEnd((run) => void this.#publishEnded(run))
  }

  dispose(): void {
    this.#listening.dispose()
  }

  /** What a run folder says of itself leads to no more than a question, and not again once the person said no. */
  async offerWaiting(): Promise<void> {
    await this.#runs.refresh()
    const waiting: RunEntry[] = []
    for (const run of this.#runs.list) {
      if (run.state !== 'finished' || this.#declined.includes(run.id) || (await readPublishRecord(run.folder))?.state !== 'pending') continue
      const trainer = await connectTrainer(run.folder)
      trainer?.close()
      if (trainer) void this.#publishEnded(run)
      else waiting.push(run)
    }
    await this.#offer(waiting)
  }

  /** A run of this window's, or another's, has just ended: its trainer waits for a little while. */
  async #publishEnded(run: RunEntry): Promise<void> {
    try {
      if (run.state !== 'finished' || !(await readRunRecord(run.folder))?.settings.push_to_hub) return
      const record = await untilRecorded(run.folder)
      if (record?.state !== 'pending') return
      const isDone = await handOver(run, record, this.#account)
      const now = await readPublishRecord(run.folder)
      if (isDone) await announcePublished(this.#runs, run, record.endpoint, now?.repository ?? record.repository)
      else if (now?.state === 'pending') await this.#offer([run])
    } catch (error) {
      if (mistakeOf(error)?.code === 'publish.stopped') return
      this.#log.error(error)
      const publish = vscode.l10n.t('Publish…')
      const chosen = await vscode.window.showErrorMessage(asNotice(vscode.l10n.t('{0} is finished, but was not published: {1}', run.name, errorText(error))), publish)
      if (chosen === publish) await publishRun(run)
    }
  }

  /** Of several one is chosen. Closing the notification is no answer: they are offered at the next start again. */
  async #offer(waiting: readonly RunEntry[]): Promise<void> {
    if (waiting.length === 0) return
    const [publish, notNow] = [vscode.l10n.t('Publish…'), vscode.l10n.t('Not Now')]
    const names = waiting.map(({ name }) => name).join(', ')
    const question = waiting.length === 1
      ? vscode.l10n.t('{0} is finished and was to be published on Hugging Face.', names)
      : vscode.l10n.t('These runs are finished and were to be published on Hugging Face: {0}', names)
    const chosen = await vscode.window.showInformationMessage(asNotice(question), publish, notNow)
    if (chosen === notNow) await this.#memory.update(declinedKey, [...this.#declined, ...waiting.map(({ id }) => id)])
    if (chosen !== publish) return
    const items = waiting.map((run) => ({ label: asLabel(run.name), run }))
    const item = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Publish which run?') })
    if (item) await publishRun(item.run)
  }

  /** Of runs that are still there. */
  get #declined(): string[] {
    return this.#memory.get<string[]>(declinedKey, []).filter((id) => this.#runs.get(id))
  }
}

async function publishRun({ id }: RunEntry): Promise<void> {
  await vscode.commands.executeCommand('finetune.publish', { run: id })
}

/**
 * Gives the trainer the account for this once. False where this window has none for that Hub and the trainer has ended, perhaps published
 * by another. No account is asked for before it is certain that a trainer of this user's own waits: what lies in the folder proves nothing.
 */
async function handOver({ folder, name }: RunEntry, { endpoint }: PublishRecord, account: HubAccount): Promise<boolean> {
  const trainer = await connectTrainer(folder)
  if (trainer === undefined) return false
  try {
    const credential = await account.credential(scopes.publish, { ask: false })
    if (credential?.endpoint === endpoint) {
      await showPublishing(name, (token, onProgress) => trainer.publish(credential, { token, onProgress }))
      return true
    }
    await trainer.closed
    return false
  } finally {
    trainer.close()
  }
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
