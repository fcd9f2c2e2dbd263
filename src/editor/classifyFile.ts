/** Classify File: asks what is not evident, lets the worker write the copy, and says what became of it. */
import { existsSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import * as vscode from 'vscode'
import { printable } from '../protocol/errors.ts'
import { classifyFileProgress, classifyFileRequest, fileColumnsRequest } from '../protocol/workerRequests.ts'
import type { ClassifiedFile } from '../protocol/workerRequests.ts'
import { dataExtensions } from './choices.ts'
import { requireNativeCode } from './nativeCode.ts'
import { asLabel, asNotice } from './plainText.ts'
import { requireTrust } from './trust.ts'
import type { WorkerClient } from './workerClient.ts'

/** Writes `reviews-classified.csv` beside `reviews.csv`. Without a file it asks for one. @param folder of the model */
export async function classifyFile(worker: WorkerClient, folder: string, given?: vscode.Uri): Promise<void> {
  requireTrust()
  requireNativeCode()
  const file = given ?? await askForFile()
  const text_column = file && await textColumn(worker, file.fsPath)
  if (text_column === undefined) return
  const output = freeName(file!.fsPath)
  const title = asNotice(vscode.l10n.t('Classifying {0}', basename(file!.fsPath)))
  const result = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, (progress, token) => {
    const told = { type: classifyFileProgress, on: reporter(progress) }
    return worker.request(classifyFileRequest, { folder, file: file!.fsPath, text_column, output }, { token, progress: told })
  })
  if (result === null) return void vscode.window.setStatusBarMessage(vscode.l10n.t('Cancelled: nothing was written.'), 5000)
  const open = vscode.l10n.t('Open File')
  const chosen = await vscode.window.showInformationMessage(asNotice(resultText(result, output)), open)
  if (chosen === open) await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(output))
}

async function askForFile(): Promise<vscode.Uri | undefined> {
  const filters = { [vscode.l10n.t('Texts')]: dataExtensions }
  const [file] = await vscode.window.showOpenDialog({ title: vscode.l10n.t('File with Texts'), openLabel: vscode.l10n.t('Classify'), filters }) ?? []
  return file
}

/** Undefined where the person chose none. */
async function textColumn(worker: WorkerClient, file: string): Promise<string | undefined> {
  const { columns, text } = await worker.request(fileColumnsRequest, file)
  if (text !== undefined) return text
  const items = columns.map((column) => ({ label: asLabel(column), column }))
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which column of {0} holds the texts?', printable(basename(file))) }))?.column
}

/** The steps that VS Code's progress takes: what was done since the last one, in percent. */
function reporter(progress: vscode.Progress<{ message?: string, increment?: number }>) {
  let told = 0
  return ({ rows, share }: { rows: number, share: number }) => {
    progress.report({ message: vscode.l10n.t('{0} rows', rows.toLocaleString(vscode.env.language)), increment: 100 * share - told })
    told = 100 * share
  }
}

/** A copy is CSV where the file is, else JSON Lines; a name that is taken gets a number. */
function freeName(file: string): string {
  const extension = extname(file)
  const [stem, ending] = [basename(file, extension), ['.csv', '.tsv'].includes(extension.toLowerCase()) ? extension : '.jsonl']
  for (let number = 1; ; number++) {
    const output = join(dirname(file), `${stem}-classified${number === 1 ? '' : `-${number}`}${ending}`)
    if (!existsSync(output)) return output
  }
}

function resultText({ rows, labelColumn, scoreColumn, withoutText, truncated, maxTokens, defused }: ClassifiedFile, output: string): string {
  const count = (value: number) => value.toLocaleString(vscode.env.language)
  return [
    vscode.l10n.t('{0} has the columns {1} and {2} for {3} rows.', printable(basename(output)), labelColumn, scoreColumn, count(rows)),
    ...withoutText > 0 ? [vscode.l10n.t('Rows without a text, left without a label: {0}.', count(withoutText))] : [],
    ...truncated > 0 ? [vscode.l10n.t('Texts longer than {0} tokens, cut there: {1}.', maxTokens, count(truncated))] : [],
    ...defused > 0 ? [vscode.l10n.t('Cells that a spreadsheet would run as formulas, with an apostrophe in front now: {0}.', count(defused))] : [],
  ].join(' ')
}
