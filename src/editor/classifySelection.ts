/** Classify Selection: the label and its score as a quiet note behind the text, all labels in its hover. */
import * as vscode from 'vscode'
import { printable } from '../protocol/errors.ts'
import type { Prediction } from '../protocol/prediction.ts'
import { classifyRequest } from '../protocol/workerRequests.ts'
import type { ActiveModel } from './activeModel.ts'
import type { Contexts } from './contexts.ts'
import { requireNativeCode } from './nativeCode.ts'
import { asLabel } from './plainText.ts'
import { requireTrust } from './trust.ts'
import { decimal, percent, wholePercent } from './wording.ts'
import type { WorkerClient } from './workerClient.ts'

const longestLabel = 40
const shownLabels = 100

export class ClassifySelection implements vscode.Disposable {
  readonly #worker: WorkerClient
  readonly #model: ActiveModel
  readonly #contexts: Contexts
  readonly #note = vscode.window.createTextEditorDecorationType({
    after: { margin: '0 0 0 1em', color: new vscode.ThemeColor('editorCodeLens.foreground') },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  })
  readonly #parts: vscode.Disposable[]

  constructor(worker: WorkerClient, model: ActiveModel, contexts: Contexts) {
    this.#contexts = contexts
    this.#worker = worker
    this.#model = model
    // What was said of a text is not true of another.
    this.#parts = [this.#note, vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0) return // It was saved, say.
      for (const editor of vscode.window.visibleTextEditors) if (editor.document === document) editor.setDecorations(this.#note, [])
    })]
  }

  async run(): Promise<void> {
    const editor = vscode.window.activeTextEditor
    if (!editor) return void vscode.window.showInformationMessage(vscode.l10n.t('Open a text to classify what is selected in it.'))
    const ranges = rangesToClassify(editor)
    if (ranges.length === 0) return void vscode.window.setStatusBarMessage(vscode.l10n.t('Nothing to classify: the line is empty'), 5000)
    const { folder, name } = this.#model
    if (folder === undefined || name === undefined) return offerModel()
    requireTrust()
    requireNativeCode()
    const { version } = editor.document
    const { predictions, truncated, maxTokens, milliseconds } = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Classifying') },
      () => this.#worker.request(classifyRequest, { folder, texts: ranges.map((range) => editor.document.getText(range)) }),
    )
    if (editor.document.version !== version) return
    editor.setDecorations(this.#note, predictions.map((prediction, index) => ({
      range: ranges[index],
      hoverMessage: hover(prediction, [name, ...truncated[index] ? [vscode.l10n.t('only its first {0} tokens count', maxTokens)] : [], vscode.l10n.t('{0} ms', (milliseconds / predictions.length).toFixed(0))]),
      renderOptions: { after: { contentText: shortText(prediction) } },
    })))
    this.#contexts.reach('hasClassified')
    vscode.window.setStatusBarMessage(asLabel(predictions.map(shortText).join(', ')), 5000)
  }

  dispose(): void {
    vscode.Disposable.from(...this.#parts).dispose()
  }
}

/** The selections that hold text, without blanks around it; the current line where nothing is selected. */
function rangesToClassify({ document, selections }: vscode.TextEditor): vscode.Range[] {
  const selected = selections.flatMap((selection) => trimmed(document, selection))
  return selected.length > 0 ? selected : selections.flatMap(({ active }) => trimmed(document, document.lineAt(active.line).range))
}

function trimmed(document: vscode.TextDocument, range: vscode.Range): vscode.Range[] {
  const text = document.getText(range)
  if (text.trim() === '') return []
  const start = document.offsetAt(range.start)
  return [new vscode.Range(document.positionAt(start + text.length - text.trimStart().length), document.positionAt(start + text.trimEnd().length))]
}

/** For a person who wants to classify and has no model yet. */
export async function offerModel(): Promise<void> {
  const train = vscode.l10n.t('Train One Now')
  const folder = vscode.l10n.t('Use a Model Folder…')
  const hub = vscode.l10n.t('Use a Model on the Hub…')
  const chosen = await vscode.window.showInformationMessage(vscode.l10n.t('Classifying takes a model, and none is in use yet.'), train, folder, hub)
  if (chosen === train) await vscode.commands.executeCommand('finetune.fineTuneNews')
  if (chosen === folder) await vscode.commands.executeCommand('finetune.useModelFolder')
  if (chosen === hub) await vscode.commands.executeCommand('finetune.useHubModel')
}

function shortText({ label, score, scores }: Prediction): string {
  return `${shortLabel(label)} ${isNumber(scores) ? decimal(score, 3) : wholePercent(score)}`
}

/** Cut between characters, not within one. */
function shortLabel(label: string): string {
  return [...printable(label)].slice(0, longestLabel).join('')
}

/** A model with one output says a number, which is no share. */
function isNumber(scores: Prediction['scores']): boolean {
  return scores.length === 1
}

/** Labels are a stranger's text: appendText escapes them. */
function hover({ scores }: Prediction, notes: string[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString()
  for (const { label, score } of scores.slice(0, shownLabels)) {
    const name = shortLabel(label)
    text.appendText(isNumber(scores) ? `${name} ${decimal(score, 3)}` : `${percent(score)} ${name} ${'▇'.repeat(Math.round(score * 10))}`)
    text.appendMarkdown('\n\n')
  }
  if (scores.length > shownLabels) text.appendText(vscode.l10n.t('and {0} labels more', scores.length - shownLabels))
  text.appendMarkdown('\n\n---\n\n')
  text.appendText(notes.join(' · '))
  return text
}
