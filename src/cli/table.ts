/** Tables of the terminal. */
import { printable } from '../protocol/errors.ts'
import { problemTypeOf, type Evaluation } from '../protocol/evaluation.ts'
import type { EvaluateEvent } from '../protocol/events.ts'
import type { ProblemType } from '../protocol/problemType.ts'
import { lossText } from './progressBar.ts'
import { countText } from './units.ts'

/** Rows of cells as aligned lines: text to the left, the columns that `right` names to the right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const cells = rows.map((row) => row.map(printable))
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)))
  const aligned = (cell: string, column: number) => right.includes(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])
  return cells.map((row) => row.map(aligned).join('  ').trimEnd())
}

/** What the rows of a run's table are numbered by, as in Trainer's own table. */
export type RowUnit = 'Epoch' | 'Step'

interface Column {
  name: string
  width: number
  text(event: Evaluation): string
}

/** What a row says of the model beside its losses. */
const columns: Readonly<Record<ProblemType, readonly Column[]>> = {
  single_label_classification: [{ name: 'Accuracy', width: 15, text: accuracyText }],
  multi_label_classification: [
    { name: 'Accuracy', width: 15, text: accuracyText },
    { name: 'Micro F1', width: 8, text: ({ eval_f1_micro }) => fourDigits(eval_f1_micro) },
    { name: 'Macro F1', width: 8, text: ({ eval_f1 }) => fourDigits(eval_f1) },
  ],
  regression: [
    { name: 'Mean Abs Error', width: 14, text: ({ eval_mae }) => fourDigits(eval_mae) },
    { name: 'Pearson', width: 7, text: ({ eval_pearson }) => fourDigits(eval_pearson) },
    { name: 'Spearman', width: 8, text: ({ eval_spearmanr }) => fourDigits(eval_spearmanr) },
  ],
}

const widths = [6, 13, 15]

export function evaluationHeader(unit: RowUnit, problemType: ProblemType): string {
  return line([unit, 'Training Loss', 'Validation Loss', ...columns[problemType].map(({ name }) => name)], problemType)
}

/** A row of the run's table; rows come one by one, so their columns have a set width. */
export function evaluationRow(event: EvaluateEvent, unit: RowUnit): string {
  const problemType = problemTypeOf(event)
  const trainingLoss = event.training_loss === null ? 'No log' : lossText(event.training_loss)
  const row = line([unit === 'Epoch' ? epochText(event.epoch) : String(event.step), trainingLoss, lossText(event.eval_loss), ...columns[problemType].map(({ text }) => text(event))], problemType)
  return event.best ? `${row}  best so far` : row
}

/** `0.8600 ± 0.0110`: with half of its 95% interval. */
export function accuracyText({ eval_accuracy, eval_accuracy_margin }: Pick<Evaluation, 'eval_accuracy' | 'eval_accuracy_margin'>): string {
  return eval_accuracy === null ? 'none' : `${eval_accuracy.toFixed(4)} ± ${(eval_accuracy_margin ?? 0).toFixed(4)}`
}

/** `2`, `2.5`. */
export function epochText(epoch: number): string {
  return String(Number(epoch.toFixed(2)))
}

/** All of an evaluation: totals, the labels one by one, and which label was taken for which; of a regression how far off it is. */
export function evaluationReport(evaluation: Evaluation): string[] {
  const { per_class, confusion_matrix, eval_f1, eval_f1_micro } = evaluation
  if (eval_f1 === null) return [regressionText(evaluation)]
  return [
    [
      `Accuracy ${accuracyText(evaluation)} (95% interval)`, `loss ${lossText(evaluation.eval_loss)}`, `macro F1 ${eval_f1.toFixed(4)}`,
      ...eval_f1_micro === undefined ? [] : [`micro F1 ${eval_f1_micro.toFixed(4)}`], countText(evaluation.eval_rows, 'row'),
    ].join(', '),
    '',
    ...table([
      ['Label', 'Precision', 'Recall', 'F1', 'Rows'],
      ...per_class.map(({ label, precision, recall, f1, support }) => [label, precision.toFixed(4), recall.toFixed(4), f1.toFixed(4), String(support)]),
    ], [1, 2, 3, 4]),
    ...confusion_matrix.length === 0 ? [] : ['', 'Rows by their label (down) and by the label predicted (across):', ...table([
      ['', ...per_class.map(({ label }) => label)],
      ...confusion_matrix.map((counts, label) => [per_class[label].label, ...counts.map(String)]),
    ], per_class.map((_, column) => column + 1))],
  ]
}

function regressionText({ eval_mse, eval_mae, eval_pearson, eval_spearmanr, eval_rows }: Evaluation): string {
  return `Mean squared error ${fourDigits(eval_mse)}, mean absolute error ${fourDigits(eval_mae)}, Pearson ${fourDigits(eval_pearson)}, Spearman ${fourDigits(eval_spearmanr)}, ${countText(eval_rows, 'row')}`
}

/** Of numbers that are all alike there is no correlation. */
function fourDigits(value: number | null | undefined): string {
  return value?.toFixed(4) ?? 'none'
}

function line(cells: readonly string[], problemType: ProblemType): string {
  const wide = [...widths, ...columns[problemType].map(({ width }) => width)]
  return cells.map((cell, column) => cell.padStart(wide[column])).join('  ')
}
