/** Publish…: where to, who may see it, exactly what goes up; then it goes up. Also for runs that were to be published when they ended. */
import * as vscode from 'vscode'
import type { PublishProgress } from '../protocol/trainerCommands.ts'
import { previewPublicationRequest, publishProgress, publishRequest } from '../protocol/workerRequests.ts'
import { accountOf } from '../hub/account.ts'
import type { Credential } from '../hub/credentials.ts'
import { scopes } from '../hub/oauth.ts'
import { readPublishRecord } from '../runs/publishRecord.ts'
import { mistakeOf } from './errorText.ts'
import { signInFor } from './hubAccess.ts'
import { requireNativeCode } from './nativeCode.ts'
import type { HubAccount } from './hubAccount.ts'
import { asNotice } from './plainText.ts'
import { confirmPublication } from './publicationPreview.ts'
import type { Publication, Target } from './publicationPreview.ts'
import type { RunEntry, Runs } from './runs.ts'
import { requireTrust } from './trust.ts'
import type { WorkerClient } from './workerClient.ts'

export class Publishing {
  readonly #account: HubAccount
  readonly #worker: WorkerClient
  readonly #runs: Runs

  constructor(account: HubAccount, worker: WorkerClient, runs: Runs) {
    this.#runs = runs
    this.#account = account
    this.#worker = worker
  }

  /** Asks for what is not known yet, shows what goes up, and sends it. */
  async publish(run: RunEntry): Promise<void> {
    const { folder } = run
    requireTrust()
    requireNativeCode()
    const credential = await this.#account.credential(scopes.publish, { ask: true })
    if (credential === undefined) return
    const { suggested } = await this.#worker.request(previewPublicationRequest, { folder, target: null, withExamples: false })
    const asked = await readPublishRecord(folder)
    const target = await askTarget(credential, asked?.repository ?? suggested)
    const withExamples = target && await askExamples()
    if (target === undefined || withExamples === undefined) return
    await this.#publish(run, credential, { ...target, withExamples })
  }

  /** Opens the page of a run's model. */
  async open({ folder, name }: RunEntry): Promise<void> {
    const record = await readPublishRecord(folder)
    if (record?.state === 'published') return openPage(record.endpoint, record.repository)
    const publish = vscode.l10n.t('Publish…')
    const chosen = await vscode.window.showInformationMessage(asNotice(vscode.l10n.t('{0} is not published.', name)), publish)
    if (chosen === publish) await vscode.commands.executeCommand('finetune.publish')
  }

  /** Shows what goes up, sends it, and does so again with a sign-in that may write there where the one that is held may not. */
  async #publish(run: RunEntry, credential: Credential, publication: Publication): Promise<void> {
    const { repository, withExamples } = publication
    const preview = await this.#worker.request(previewPublicationRequest, { folder: run.folder, target: { repository, ...credential }, withExamples })
    const agreed = await confirmPublication(publication, preview, credential.endpoint)
    if (agreed === undefined) return
    try {
      const published = await showPublishing(repository, (token, on) => this.#worker.request(publishRequest, { folder: run.folder, ...credential, ...agreed }, {
        token, progress: { type: publishProgress, on },
      }))
      if (published) await announcePublished(this.#runs, run, credential.endpoint, published.repository)
    } catch (error) {
      if (!isRefused(error)) throw error
      const wider = await this.#signInToWrite(repository)
      if (wider) await this.#publish(run, wider, publication)
    }
  }

  /** hub-docs, oauth.md: `contribute-repos` touches, and sees, only repositories that the application made. */
  async #signInToWrite(repository: string): Promise<Credential | undefined> {
    const signIn = vscode.l10n.t('Sign In to Write There')
    const chosen = await vscode.window.showWarningMessage(asNotice(vscode.l10n.t('Your sign-in may not write to {0}.', repository)), {
      modal: true,
      detail: vscode.l10n.t('A sign-in with a browser reaches only what Finetune itself made, until it is allowed to write to your other repositories too. A token needs write permission.'),
    }, signIn)
    return chosen === signIn ? signInFor(this.#account, scopes.publishAnywhere) : undefined
  }
}

/** The repository may not be written to, or is there and cannot be seen. */
function isRefused(error: unknown): boolean {
  const code = mistakeOf(error)?.code
  return code === 'publish.forbidden' || code === 'publish.name-taken'
}

type Work<Result> = (token: vscode.CancellationToken, onProgress: (done: PublishProgress) => void) => Promise<Result>

/** A notification that tells how far it is; giving it up cancels the token. */
export function showPublishing<Result>(name: string, work: Work<Result>): Thenable<Result> {
  const title = asNotice(vscode.l10n.t('Publishing {0}', name))
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, (progress, token) => {
    let last = 0
    return work(token, ({ share, path }) => {
      progress.report({ increment: 100 * (share - last), message: asNotice(vscode.l10n.t('{0}% · {1}', Math.floor(100 * share), path)) })
      last = share
    })
  })
}

/** Says that it is there, and offers what one does next. */
export async function announcePublished(runs: Runs, { id }: RunEntry, endpoint: string, repository: string): Promise<void> {
  await runs.refresh()
  const open = vscode.l10n.t('Open on the Hub')
  const classify = vscode.l10n.t('Classify with It')
  const chosen = await vscode.window.showInformationMessage(asNotice(vscode.l10n.t('{0} is published.', repository)), open, classify)
  if (chosen === open) await openPage(endpoint, repository)
  if (chosen === classify) await vscode.commands.executeCommand('finetune.useForClassification', { run: id })
}

async function openPage(endpoint: string, repository: string): Promise<void> {
  await vscode.env.openExternal(vscode.Uri.parse(`${endpoint}/${repository}`, true))
}

/** Owner, name and who may see it. Undefined where the person gave up. */
async function askTarget(credential: Credential, repository: string): Promise<Target | undefined> {
  const { name, organisations } = await accountOf(credential, fetch)
  const title = vscode.l10n.t('Publish on Hugging Face')
  const [wantedOwner, wantedName] = repository.includes('/') ? repository.split('/') : [name, repository]
  const owners = [name, ...organisations].sort((a, b) => Number(b === wantedOwner) - Number(a === wantedOwner))
  const placeHolder = vscode.l10n.t('Under whose name?')
  const owner = owners.length === 1 ? name : await vscode.window.showQuickPick(owners, { title, placeHolder, ignoreFocusOut: true })
  if (owner === undefined) return undefined
  const chosen = await vscode.window.showInputBox({
    title, value: wantedName, prompt: vscode.l10n.t('Name of the repository, under {0}', owner), ignoreFocusOut: true,
    validateInput: (text) => isName(text) ? undefined : vscode.l10n.t('Letters, digits, "-", "_" and "." in it; no "--" or ".."'),
  })
  if (chosen === undefined) return undefined
  const visibilities = [
    { label: vscode.l10n.t('Private'), description: vscode.l10n.t('Only you, or the organisation'), isPrivate: true },
    { label: vscode.l10n.t('Public'), description: vscode.l10n.t('Everybody'), isPrivate: false },
  ]
  const visibility = await vscode.window.showQuickPick(visibilities, { title, placeHolder: vscode.l10n.t('Who may see a new repository?'), ignoreFocusOut: true })
  return visibility && { repository: `${owner}/${chosen}`, private: visibility.isPrivate }
}

function isName(text: string): boolean {
  return /^\b[\w.-]{1,96}\b$/.test(text) && !/--|\.\.|\.git$/.test(text)
}

/** Undefined where the person gave up. */
async function askExamples(): Promise<boolean | undefined> {
  const rows = { label: vscode.l10n.t('Example rows in the card'), detail: vscode.l10n.t('For each label a row that the model was evaluated on') }
  const ticked = await vscode.window.showQuickPick([rows], {
    title: vscode.l10n.t('Publish on Hugging Face'), placeHolder: vscode.l10n.t('Nothing of the data goes up unless it is ticked'),
    canPickMany: true, ignoreFocusOut: true,
  })
  return ticked && ticked.length > 0
}
