/** Use a Model on the Hub…: searched as one types, or named, then brought into the shared cache and classified with. */
import * as vscode from 'vscode'
import type { FoundRepository } from '../protocol/hubMessages.ts'
import { parseHubName } from '../protocol/hubName.ts'
import { fetchClassifierRequest, fetchProgress, searchRequest } from '../protocol/workerRequests.ts'
import type { ActiveModel } from './activeModel.ts'
import { errorText, mistakeOf } from './errorText.ts'
import { accessProblem, answerAccess } from './hubAccess.ts'
import type { HubAccount } from './hubAccount.ts'
import { requireNativeCode } from './nativeCode.ts'
import { asLabel, asNotice } from './plainText.ts'
import type { WorkerClient } from './workerClient.ts'
import { decimal, sizeText } from './wording.ts'

interface HubModelParts {
  worker: WorkerClient
  account: HubAccount
  model: ActiveModel
}

interface NameItem extends vscode.QuickPickItem {
  /** `owner/name`, with `@revision` behind it; undefined for a sentence that is no choice. */
  name?: string
}

/** Words that are still being typed are not searched for. */
const typingMilliseconds = 250

export async function useHubModel(parts: HubModelParts): Promise<void> {
  requireNativeCode()
  const name = await askName(parts)
  const folder = name && await fetchModel(parts, name)
  if (folder) await parts.model.use(folder, name)
}

/** Undefined where the person gave up. */
function askName({ worker, account }: HubModelParts): Promise<string | undefined> {
  const picker = vscode.window.createQuickPick<NameItem>()
  picker.title = vscode.l10n.t('Use a Model on the Hub')
  picker.placeholder = vscode.l10n.t('Words to search for, or owner/name, with @revision behind it')
  let latest = new vscode.CancellationTokenSource()
  let typing: NodeJS.Timeout | undefined
  async function search(words: string, token: vscode.CancellationToken): Promise<void> {
    const found = await account.readingToken().then((own) => worker.request(searchRequest, { type: 'classifier', words, token: own ?? null }, { token })).catch((error: unknown) => error)
    if (token.isCancellationRequested) return
    picker.items = [...Array.isArray(found) ? (found as FoundRepository[]).map(asItem) : [{ label: asLabel(errorText(found)), alwaysShow: true }], ...itself(words)]
    picker.busy = false
  }
  picker.onDidChangeValue((value) => {
    latest.cancel()
    clearTimeout(typing)
    const words = value.trim()
    picker.items = itself(words)
    picker.busy = words !== ''
    if (words === '') return
    const { token } = latest = new vscode.CancellationTokenSource()
    typing = setTimeout(() => void search(words.slice(0, 200), token), typingMilliseconds)
  })
  return new Promise((resolve) => {
    picker.onDidAccept(() => {
      const [chosen] = picker.selectedItems
      if (chosen?.name === undefined) return
      resolve(chosen.name)
      picker.hide()
    })
    picker.onDidHide(() => {
      resolve(undefined)
      latest.cancel()
      clearTimeout(typing)
      picker.dispose()
    })
    picker.show()
  })
}

/** A full name, which need not be found to be used. */
function itself(words: string): NameItem[] {
  return parseHubName('model', words) === undefined ? [] : [{ label: words, description: vscode.l10n.t('use this name as it is'), alwaysShow: true, name: words }]
}

function asItem({ id, downloads, bytes, license, isGated }: FoundRepository): NameItem {
  const facts = [
    vscode.l10n.t('{0} downloads', decimal(downloads)),
    ...bytes === null ? [] : [sizeText(bytes)],
    license === null ? vscode.l10n.t('no licence given') : asLabel(license),
    ...isGated ? [vscode.l10n.t('gated')] : [],
  ]
  return { label: id, description: facts.join(' · '), alwaysShow: true, name: id }
}

/** Its folder; nothing where it was given up. One that an account is needed for is asked for again after signing in. */
async function fetchModel(parts: HubModelParts, name: string): Promise<string | null> {
  try {
    return await download(parts, name)
  } catch (error) {
    const mistake = mistakeOf(error)
    const problem = mistake && accessProblem(mistake)
    if (problem === undefined) throw error
    const signIn = vscode.l10n.t('Sign In…')
    const access = problem.access.find((each) => each === 'signInForGated' || each === 'signInForPrivate')
    const chosen = await vscode.window.showErrorMessage(asNotice(problem.text), ...access === undefined ? [] : [signIn])
    return chosen === signIn && await answerAccess(parts.account, 'model', name, access!) ? fetchModel(parts, name) : null
  }
}

async function download({ worker, account }: HubModelParts, name: string): Promise<string | null> {
  const own = await account.readingToken()
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Downloading {0}', name), cancellable: true }, (progress, token) => {
    let last = 0
    return worker.request(fetchClassifierRequest, { name, token: own ?? null }, {
      token,
      progress: {
        type: fetchProgress,
        on({ file, bytes, size }) {
          const share = size === 0 ? 1 : bytes / size
          progress.report({ increment: 100 * (share - last), message: asNotice(vscode.l10n.t('{0}% · {1}', Math.floor(100 * share), file)) })
          last = share
        },
      },
    })
  })
}
