/** Rows as documents: text files at the row's line; what has no lines, or is gone, as a read-only document of its own. */
import { basename } from 'node:path'
import * as vscode from 'vscode'
import { printable } from '../protocol/errors.ts'
import { placeRequest } from '../protocol/rowRequests.ts'
import type { RowPlace, RunRows } from '../protocol/rowRequests.ts'
import type { RunEntry, Runs } from './runs.ts'
import { runRows } from './runRows.ts'
import { requireTrust } from './trust.ts'
import { percent } from './wording.ts'
import type { WorkerClient } from './workerClient.ts'

const scheme = 'finetune-row'

export class RowDocuments implements vscode.TextDocumentContentProvider {
  readonly #runs: Runs
  readonly #worker: WorkerClient

  constructor(runs: Runs, worker: WorkerClient) {
    this.#runs = runs
    this.#worker = worker
  }

  static register(runs: Runs, worker: WorkerClient): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(scheme, new RowDocuments(runs, worker))
  }

  /** The address names the run and the row, so that a tab that VS Code kept over a reload is filled again. */
  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    requireTrust()
    const { run: id, row } = Object.fromEntries(new URLSearchParams(query))
    const run = await this.#run(id)
    return run ? rowText(await this.#worker.request(placeRequest, { ...await runRows(run), index: Number(row) })) : vscode.l10n.t('The run is gone.')
  }

  async #run(id: string): Promise<RunEntry | undefined> {
    if (!this.#runs.get(id)) await this.#runs.refresh()
    return this.#runs.get(id)
  }
}

/** Shows a row of a run's predictions beside the panel. */
export async function openRow(worker: WorkerClient, run: RunEntry, index: number): Promise<void> {
  requireTrust()
  const rows: RunRows = await runRows(run)
  const place = await worker.request(placeRequest, { ...rows, index })
  const options = { viewColumn: vscode.ViewColumn.Beside, preview: true }
  if (place.line !== undefined) {
    const document = await textDocument(place.row.file)
    const { range } = document?.lineAt(Math.min(place.line, document.lineCount) - 1) ?? {}
    if (document && range) return void await vscode.window.showTextDocument(document, { ...options, selection: new vscode.Range(range.start, range.start) })
  }
  const name = vscode.l10n.t('{0} row {1}', printable(basename(place.row.file)), place.row.row)
  const uri = vscode.Uri.from({ scheme, path: `/${name.replaceAll('/', '_')}.txt`, query: `run=${run.id}&row=${index}` })
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), options)
}

/** Undefined for what VS Code does not open as text, such as a very large file. */
async function textDocument(path: string): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(vscode.Uri.file(path))
  } catch {
    return undefined
  }
}

function rowText({ row: { file, row, label, predicted, score, text }, isThere }: RowPlace): string {
  return [
    isThere ? vscode.l10n.t('{0}, row {1}', file, row) : vscode.l10n.t('{0}, row {1}: no longer there; this is what the run kept', file, row),
    vscode.l10n.t('Label: {0}', label),
    vscode.l10n.t('Predicted: {0} ({1})', predicted, score === null ? 'NaN' : percent(score)),
    '',
    text,
  ].join('\n')
}
