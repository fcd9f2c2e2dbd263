/** The one way in which corrections reach the data itself: asked for, told how many rows it changes, and undone like any edit. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import * as vscode from 'vscode'
import { printable } from '../protocol/errors.ts'
import { csvEditsRequest } from '../protocol/rowRequests.ts'
import type { RunRows } from '../protocol/rowRequests.ts'
import { requireTrust } from './trust.ts'
import type { WorkerClient } from './workerClient.ts'

interface Change {
  document: vscode.TextDocument
  edits: vscode.TextEdit[]
}

/** @param files CSV files of the run's data */
export async function writeIntoCsv(worker: WorkerClient, rows: RunRows, files: readonly string[]): Promise<void> {
  requireTrust()
  const all = await Promise.all(files.map((file) => change(worker, rows, file)))
  const changes = all.filter(({ edits }) => edits.length > 0)
  if (changes.length === 0) return void await vscode.window.showInformationMessage(vscode.l10n.t('The files have the corrected labels already.'))
  if (!await isConfirmed(changes)) return

  const unsaved = changes.filter(({ document }) => document.isDirty)
  const edit = new vscode.WorkspaceEdit()
  for (const { document, edits } of changes) edit.set(document.uri, edits)
  if (!await vscode.workspace.applyEdit(edit)) throw new Error(vscode.l10n.t('The files could not be changed.'))
  await vscode.window.showTextDocument(changes[0].document, { viewColumn: vscode.ViewColumn.Beside, selection: changes[0].edits[0].range })
  // A file with other changes of the person's is theirs to save.
  for (const each of changes) if (!unsaved.includes(each)) await each.document.save()
}

async function change(worker: WorkerClient, rows: RunRows, file: string): Promise<Change> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file))
  const edits = await worker.request(csvEditsRequest, { ...rows, file, csv: document.getText() })
  return { document, edits: edits.map(({ start, end, text }) => vscode.TextEdit.replace(new vscode.Range(document.positionAt(start), document.positionAt(end)), text)) }
}

async function isConfirmed(changes: readonly Change[]): Promise<boolean> {
  const lines = await Promise.all(changes.map(async ({ document, edits }) => {
    const name = printable(basename(document.fileName))
    const counted = edits.length === 1 ? vscode.l10n.t('{0}: 1 row', name) : vscode.l10n.t('{0}: {1} rows', name, edits.length)
    return await hasMixedLineEnds(document) ? vscode.l10n.t('{0} (its line ends are of two kinds: VS Code makes them alike)', counted) : counted
  }))
  const write = vscode.l10n.t('Write')
  const detail = [...lines, '', vscode.l10n.t('Only the cells of these labels change. Undo in the editor takes it back.')].join('\n')
  return await vscode.window.showWarningMessage(vscode.l10n.t('Write the corrected labels into the data?'), { modal: true, detail }, write) === write
}

/** VS Code keeps one kind of line end for a document. */
async function hasMixedLineEnds({ fileName, eol }: vscode.TextDocument): Promise<boolean> {
  const text = await readFile(fileName, 'utf8')
  return eol === vscode.EndOfLine.CRLF ? /(^|[^\r])\n|\r(?!\n)/.test(text) : text.includes('\r')
}
