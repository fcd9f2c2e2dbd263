/** What a person does with runs: start one, stop it, go on with it, pause it, look at its log. Trainers outlive the window. */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, extname, join } from 'node:path'
import * as vscode from 'vscode'
import { checkSettings } from '../protocol/checkSettings.ts'
import { UserError } from '../protocol/errors.ts'
import { scopes } from '../hub/oauth.ts'
import { quick } from '../protocol/presets.ts'
import type { Settings } from '../protocol/settings.ts'
import { freeRepositoryRequest } from '../protocol/workerRequests.ts'
import { readRunRecord } from '../runs/runRecord.ts'
import { hubDataset, hubModel } from '../runs/sourceNames.ts'
import { startTrainer } from '../runs/startTrainer.ts'
import { connectTrainer, trainerLog } from '../runs/trainerClient.ts'
import type { TrainerConnection } from '../runs/trainerClient.ts'
import { configured } from './configuration.ts'
import type { HubAccount } from './hubAccount.ts'
import type { Log } from './log.ts'
import { asNotice } from './plainText.ts'
import type { Runs } from './runs.ts'
import { requireNativeCode } from './nativeCode.ts'
import { usableNode } from './node.ts'
import { proxyVariables } from './proxy.ts'
import { requireTrust } from './trust.ts'
import type { WorkerClient } from './workerClient.ts'

export class Training {
  readonly #runs: Runs
  readonly #account: HubAccount
  readonly #worker: WorkerClient
  readonly #program: string
  readonly #sampleFolder: string
  readonly #log: Log

  constructor(runs: Runs, account: HubAccount, worker: WorkerClient, context: vscode.ExtensionContext, log: Log) {
    this.#account = account
    this.#worker = worker
    this.#runs = runs
    this.#program = context.asAbsolutePath(join('dist', 'trainer.js'))
    this.#sampleFolder = join(context.globalStorageUri.fsPath, 'runs')
    this.#log = log
  }

  /** Trains the embedded model on the embedded News sample. Returns the run folder. */
  trySample(): Promise<string> {
    return this.#start({ ...quick }, freeFolder(this.#sampleFolder, 'news-mini-finetuned'))
  }

  /** Trains in a new folder of the workspace. Returns the run folder. */
  start(given: Readonly<Record<string, unknown>>): Promise<string> {
    return this.#start(given, this.nextFolder(given.dataset as string[]))
  }

  /** Where a run on this data would begin now. */
  nextFolder([data]: readonly string[]): string {
    const place = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir()
    return freeFolder(place, `${basename(data, extname(data))}-finetuned`)
  }

  /** A checkpoint, then the end. */
  async stop(folder: string): Promise<void> {
    requireTrust()
    await command(folder, (trainer) => trainer.stop())
    await this.#runs.refresh()
  }

  /** A checkpoint, then nothing until the run is resumed; its process stays. */
  async pause(folder: string): Promise<void> {
    requireTrust()
    await command(folder, (trainer) => trainer.pause())
    await this.#runs.refresh()
  }

  /** Goes on: with the process that paused, else from the last complete checkpoint in a new one. */
  async resume(folder: string): Promise<void> {
    requireTrust()
    if (await command(folder, (trainer) => trainer.resume())) return this.#runs.refresh()
    const record = await readRunRecord(folder)
    if (!record) throw new UserError('run.gone', { folder })
    const push_to_hub = record.settings.push_to_hub && await askToPublish(record.settings)
    if (push_to_hub === undefined) return
    await this.#start({ ...record.settings, push_to_hub, resume_from_checkpoint: null }, folder)
  }

  /** What the run's process printed; the extension's own log where there is no such file. */
  async showLog(folder?: string): Promise<void> {
    const path = folder === undefined ? undefined : await trainerLog(folder)
    if (path === undefined) return this.#log.show()
    await vscode.window.showTextDocument(vscode.Uri.file(path), { preview: true })
  }

  async #start(given: Readonly<Record<string, unknown>>, output_dir: string): Promise<string> {
    requireTrust()
    requireNativeCode()
    const settings = checkSettings({ ...given, output_dir })
    if (settings.push_to_hub) await this.#requireFreeRepository(settings)
    const isNamed = hubModel(settings) !== undefined || hubDataset(settings) !== undefined
    const token = isNamed ? await this.#account.readingToken() : undefined
    await mkdir(this.#sampleFolder, { recursive: true })
    const { folder, pid } = await startTrainer(settings, { program: this.#program, leaveOneCoreFree: configured('leaveOneCoreFree'), node: await usableNode(), variables: proxyVariables(), token })
    this.#log.info(`process ${pid} trains in ${basename(folder)}`)
    await this.#runs.untilListed(folder)
    return folder
  }

  /** Asked while nothing is lost. Without an account the finished run waits to be published. */
  async #requireFreeRepository(settings: Settings): Promise<void> {
    const credential = await this.#account.credential(scopes.publish, { ask: true })
    if (credential) await this.#worker.request(freeRepositoryRequest, { settings, ...credential })
  }
}

/**
 * A run folder may come from anywhere, and say that its model is to go to the Hub, for everybody: that is the person's to say.
 * Undefined where they gave up.
 */
async function askToPublish({ hub_model_id, hub_private_repo, output_dir }: Settings): Promise<boolean | undefined> {
  const name = hub_model_id ?? basename(output_dir)
  const [publish, without] = [vscode.l10n.t('Go On, and Publish'), vscode.l10n.t('Go On without Publishing')]
  const question = hub_private_repo === false
    ? vscode.l10n.t('When it is finished its model is to be published on Hugging Face as {0}, for everybody to see.', name)
    : vscode.l10n.t('When it is finished its model is to be published on Hugging Face as {0}, private.', name)
  const chosen = await vscode.window.showInformationMessage(asNotice(question), { modal: true }, publish, without)
  return chosen === undefined ? undefined : chosen === publish
}

/** Tells it to the process that trains in a folder. False where there is none any more. */
async function command(folder: string, tell: (trainer: TrainerConnection) => Promise<void>): Promise<boolean> {
  const trainer = await connectTrainer(folder)
  if (!trainer) return false
  try {
    await tell(trainer)
    return true
  } catch (error) {
    // Another window was first, or the run came to its end.
    if (error instanceof UserError && error.code === 'trainer.ended') return false
    throw error
  } finally {
    trainer.close()
  }
}

/** `name`, or `name-2`, … : a finished run is never written over. */
function freeFolder(place: string, name: string): string {
  for (let number = 1; ; number++) {
    const folder = join(place, number === 1 ? name : `${name}-${number}`)
    if (!existsSync(folder)) return folder
  }
}
