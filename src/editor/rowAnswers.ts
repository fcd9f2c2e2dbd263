/** Answers what a page asks about the rows of a run: lists of them, opening one, putting a label right, undoing that. */
import { basename } from 'node:path'
import * as vscode from 'vscode'
import { printable } from '../protocol/errors.ts'
import type { RowAnswer, RowList, RowQuestion, ShownRow } from '../protocol/rowMessages.ts'
import { correctionsRequest, correctRequest, rowsRequest, undoRequest } from '../protocol/rowRequests.ts'
import type { RowFilter, RunRow } from '../protocol/rowRequests.ts'
import { problemTypeIn } from '../runs/problemType.ts'
import { javascriptSnippet, pythonSnippet } from '../runs/snippets.ts'
import { errorText } from './errorText.ts'
import { openRow } from './rowDocuments.ts'
import { runRows } from './runRows.ts'
import type { RunEntry } from './runs.ts'
import { requireTrust } from './trust.ts'
import type { WorkerClient } from './workerClient.ts'
import { writeIntoCsv } from './writeIntoCsv.ts'

const pageSize = 10

export async function answerAboutRows(worker: WorkerClient, run: RunEntry, question: RowQuestion, send: (answer: RowAnswer) => void): Promise<void> {
  switch (question.type) {
    case 'rows': return sendRows(worker, run, question, send)
    case 'openRow': return openRow(worker, run, question.row)
    case 'fixLabel':
      requireTrust()
      await worker.request(correctRequest, { ...await runRows(run), index: question.row, label: labelName(run, question.label) })
      return sendCorrections(worker, run, send)
    case 'corrections': return sendCorrections(worker, run, send)
    case 'undoCorrection':
      requireTrust()
      await worker.request(undoRequest, { ...await runRows(run), text_sha256: question.correction })
      return sendCorrections(worker, run, send)
    case 'writeIntoCsv': {
      const rows = await runRows(run)
      return writeIntoCsv(worker, rows, (await worker.request(correctionsRequest, rows)).csvFiles)
    }
    case 'copy': {
      const problemType = await problemTypeIn(run.folder)
      await vscode.env.clipboard.writeText(question.language === 'python' ? pythonSnippet(run.folder, problemType) : javascriptSnippet(run.folder, problemType, 'folder'))
      vscode.window.setStatusBarMessage(vscode.l10n.t('Copied'), 3000)
    }
  }
}

async function sendRows(worker: WorkerClient, run: RunEntry, { of, from }: Extract<RowQuestion, { type: 'rows' }>, send: (answer: RowAnswer) => void): Promise<void> {
  try {
    const { total, rows } = await worker.request(rowsRequest, { ...await runRows(run), filter: filterOf(run, of), from, count: pageSize })
    send({ type: 'rows', of, from, total, rows: rows.map(shownRow) })
  } catch (error) {
    send({ type: 'noRows', of, text: errorText(error) })
  }
}

function shownRow({ index, text, label, predicted, score, file, row, correction }: RunRow): ShownRow {
  return { row: index, text: printable(text), label: printable(label), predicted: printable(predicted), score, place: placeName(file, row), correction: correction && printable(correction) }
}

/** Those that hold for the run's data. */
export async function sendCorrections(worker: WorkerClient, run: RunEntry, send: (answer: RowAnswer) => void): Promise<void> {
  const { corrections, csvFiles } = await worker.request(correctionsRequest, await runRows(run))
  const shown = corrections.map(({ text_sha256: id, text, was, label, file, row }) => ({ id, text: printable(text), was: printable(was), label: printable(label), place: placeName(file, row) }))
  send({ type: 'corrections', corrections: shown, csv: csvFiles.length > 0 })
}

function filterOf(run: RunEntry, of: RowList): RowFilter {
  return of.kind === 'mistakes' ? of : { kind: 'cell', label: labelName(run, of.label), predicted: labelName(run, of.predicted) }
}

function labelName({ view }: RunEntry, label: number): string {
  const name = view?.preflight?.label_names[label]
  if (name === undefined) throw new Error(`no label ${label}`)
  return name
}

function placeName(file: string, row: number): string {
  return vscode.l10n.t('{0}, row {1}', printable(basename(file)), row)
}
