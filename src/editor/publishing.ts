/** Publish…: where to, who may see it, exactly what goes up; then it goes up. Also for runs that were to be published when they ended. */
import * as vscode from 'vscode'
import { ResponseError } from 'vscode-jsonrpc/node'
import { UserError, printable } from '../protocol/errors.ts'
import { previewPublicationRequest, publishProgress, publishRequest } from '../protocol/workerRequests.ts'
import type { Mistake, PublicationPreview } from '../protocol/workerRequests.ts'
import { accountOf } from '../hub/account.ts'
import type { Credential } from '../hub/credentials.ts'
import { scopes } from '../hub/oauth.ts'
import { readPublishRecord } from '../runs/publishRecord.ts'
import { requireNativeCode } from './nativeCode.ts'
import type { HubAccount } from './hubAccount.ts'
import { asNotice } from './plainText.ts'
import type { RunEntry, Runs } from './runs.ts'
import { requireTrust } from './trust.ts'
import type { WorkerClient } from './workerClient.ts'
import { sizeText } from './wording.ts'

interface Target {
  repository: string
  private: boolean
}

interface Publication extends Target {
  /** Rows of the data are shown in the card. */
  withExamples: boolean
}

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
    const { suggested } = await this.#worker.request(previewPublicationRequest, { folder, repository: null, withExamples: false })
    const asked = await readPublishRecord(folder)
    const target = await askTarget(credential, asked ?? { repository: suggested, private: true })
    const withExamples = target && await askExamples()
    if (target === undefined || withExamples === undefined) return
    const publication = { ...target, withExamples }
    const preview = await this.#worker.request(previewPublicationRequest, { folder, repository: target.repository, withExamples })
    if (await confirm(publication, preview, credential.endpoint)) await this.#send(run, credential, publication, null)
  }

  /** Opens the page of a run's model. */
  async open({ folder, name }: RunEntry): Promise<void> {
    const record = await readPublishRecord(folder)
    if (record?.state === 'published') return openPage(record.endpoint, record.repository)
    const publish = vscode.l10n.t('Publish…')
    if (await vscode.window.showInformationMessage(asNotice(vscode.l10n.t('{0} is not published.', name)), publish) === publish) await vscode.commands.executeCommand('finetune.publish')
  }

  async #send(run: RunEntry, credential: Credential, target: Publication, parentCommit: string | null): Promise<void> {
    try {
      const published = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: asNotice(vscode.l10n.t('Publishing {0}', target.repository)), cancellable: true }, (progress, token) => {
        let last = 0
        return this.#worker.request(publishRequest, { folder: run.folder, ...credential, ...target, parentCommit }, {
          token,
          progress: {
            type: publishProgress,
            on({ share, path }) {
              progress.report({ increment: 100 * (share - last), message: asNotice(vscode.l10n.t('{0}% · {1}', Math.floor(100 * share), path)) })
              last = share
            },
          },
        })
      })
      if (published) await announcePublished(this.#runs, run, credential.endpoint, published.repository)
    } catch (error) {
      const commit = existingCommit(error)
      if (commit === undefined || !await mayWriteOver(target.repository, commit)) throw error
      await this.#send(run, credential, target, commit)
    }
  }
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
async function askTarget(credential: Credential, { repository, private: isPrivate }: Target): Promise<Target | undefined> {
  const { name, organisations } = await accountOf(credential, fetch)
  const title = vscode.l10n.t('Publish on Hugging Face')
  const [wantedOwner, wantedName] = repository.includes('/') ? repository.split('/') : [name, repository]
  const owners = [name, ...organisations].sort((a, b) => Number(b === wantedOwner) - Number(a === wantedOwner))
  const owner = owners.length === 1 ? name : await vscode.window.showQuickPick(owners, { title, placeHolder: vscode.l10n.t('Under whose name?'), ignoreFocusOut: true })
  if (owner === undefined) return undefined
  const chosen = await vscode.window.showInputBox({
    title, value: wantedName, prompt: vscode.l10n.t('Name of the repository, under {0}', owner), ignoreFocusOut: true,
    validateInput: (text) => /^\b[\w.-]{1,96}\b$/.test(text) && !/--|\.\.|\.git$/.test(text) ? undefined : vscode.l10n.t('Letters, digits, "-", "_" and "." in it; no "--" or ".."'),
  })
  if (chosen === undefined) return undefined
  const visibilities = [
    { label: vscode.l10n.t('Private'), description: vscode.l10n.t('Only you, or the organisation'), isPrivate: true },
    { label: vscode.l10n.t('Public'), description: vscode.l10n.t('Everybody'), isPrivate: false },
  ].sort((a, b) => Number(b.isPrivate === isPrivate) - Number(a.isPrivate === isPrivate))
  const visibility = await vscode.window.showQuickPick(visibilities, { title, placeHolder: vscode.l10n.t('Who may see a new repository?'), ignoreFocusOut: true })
  return visibility && { repository: `${owner}/${chosen}`, private: visibility.isPrivate }
}

/** Undefined where the person gave up. */
async function askExamples(): Promise<boolean | undefined> {
  const rows = { label: vscode.l10n.t('Example rows in the card'), detail: vscode.l10n.t('For each label a row that the model was evaluated on') }
  const ticked = await vscode.window.showQuickPick([rows], { title: vscode.l10n.t('Publish on Hugging Face'), placeHolder: vscode.l10n.t('Nothing of the data goes up unless it is ticked'), canPickMany: true, ignoreFocusOut: true })
  return ticked && ticked.length > 0
}

/** Exactly what goes up, where, and under which licences. */
async function confirm(target: Target, { files, card, examples, base, data }: PublicationPreview, endpoint: string): Promise<boolean> {
  const publish = vscode.l10n.t('Publish')
  const showCard = vscode.l10n.t('Show the Card')
  const place = `${printable(endpoint)}/${target.repository}`
  const license = (text: string | null) => text === null ? vscode.l10n.t('not known') : printable(text)
  const detail = [
    ...files.map(({ path, bytes }) => vscode.l10n.t('{0}: {1}', path, sizeText(bytes))),
    '',
    vscode.l10n.t('Licence of the base model {0}: {1}', printable(base.name), license(base.license)),
    vscode.l10n.t('Licence of the data {0}: {1}', printable(data.name), license(data.license)),
    examples === 0 ? vscode.l10n.t('No rows of data go up.') : vscode.l10n.t('Rows of data that go up, in the card: {0}', examples),
  ].join('\n')
  const question = target.private ? vscode.l10n.t('Publish to {0}, private?', place) : vscode.l10n.t('Publish to {0}, for everybody to see?', place)
  const chosen = await vscode.window.showInformationMessage(asNotice(question), { modal: true, detail }, publish, showCard)
  if (chosen === showCard) await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content: card }))
  return chosen === publish
}

async function mayWriteOver(repository: string, commit: string): Promise<boolean> {
  const over = vscode.l10n.t('Write Over Its Files')
  return await vscode.window.showWarningMessage(asNotice(vscode.l10n.t('There is a repository {0} already.', repository)), {
    modal: true, detail: vscode.l10n.t('Its last commit is {0}. A new commit would write over files of the same names; the older ones stay in its history.', commit.slice(0, 8)),
  }, over) === over
}

/** The last commit of a repository that is in the way. */
function existingCommit(error: unknown): string | undefined {
  const mistake = error instanceof UserError ? error : error instanceof ResponseError ? error.data as Mistake | undefined : undefined
  return mistake?.code === 'publish.exists' ? String(mistake.args.commit) : undefined
}
