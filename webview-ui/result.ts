/** What came out of a run: accuracy, each label's scores, which label was taken for which. */
import * as l10n from '@vscode/l10n'
import type { EvaluateEvent } from '../src/protocol/events.ts'
import { element, scrollable, table } from './dom.ts'
import * as format from './format.ts'
import { link } from './kit.ts'

export function figures(evaluation: EvaluateEvent): HTMLElement {
  return element('div', { class: 'figures' }, ...evaluation.eval_mse === undefined ? figuresOfLabels(evaluation) : figuresOfNumbers(evaluation))
}

function figuresOfNumbers({ eval_mse, eval_mae, eval_pearson, eval_spearmanr, eval_rows }: EvaluateEvent): HTMLElement[] {
  const correlation = (value: number | null | undefined) => typeof value === 'number' ? format.loss(value) : '–'
  return [
    figure(format.loss(eval_mae ?? null), '', l10n.t('mean absolute error on {0} rows', format.count(eval_rows))),
    figure(correlation(eval_pearson), '', l10n.t('Pearson')),
    figure(correlation(eval_spearmanr), '', l10n.t('Spearman')),
    figure(format.loss(eval_mse ?? null), '', l10n.t('mean squared error')),
  ]
}

function figuresOfLabels({ eval_accuracy, eval_accuracy_margin, eval_rows, eval_f1, eval_f1_micro, eval_loss }: EvaluateEvent): HTMLElement[] {
  const rows = format.count(eval_rows)
  const ofWhat = eval_f1_micro === undefined ? l10n.t('accuracy on {0} rows', rows) : l10n.t('accuracy (all labels right) on {0} rows', rows)
  return [
    figure(format.percent(eval_accuracy), format.margin(eval_accuracy_margin), ofWhat),
    figure(format.percent(eval_f1), '', l10n.t('macro F1')),
    ...eval_f1_micro === undefined ? [] : [figure(format.percent(eval_f1_micro), '', l10n.t('micro F1'))],
    figure(format.loss(eval_loss), '', l10n.t('validation loss')),
  ]
}

function figure(value: string, margin: string, name: string): HTMLElement {
  const title = l10n.t('Half the width of Wilson\'s 95% interval: how far chance moves it on so many rows')
  return element('div', { class: 'figure' },
    element('div', {}, element('strong', {}, value), margin ? element('span', { class: 'margin', title }, ` ${margin}`) : undefined),
    element('div', { class: 'name' }, name))
}

export function perClass({ per_class }: EvaluateEvent): HTMLElement {
  const columns = [{ name: l10n.t('Label') }, ...[l10n.t('Precision'), l10n.t('Recall'), l10n.t('F1'), l10n.t('Support')].map((name) => ({ name, isNumber: true }))]
  return wide(table(l10n.t('Per label'), columns, per_class.map(({ label, precision, recall, f1, support }) =>
    [label, ...[precision, recall, f1].map((share) => format.percent(share)), format.count(support)])))
}

/** @param onCell a cell with rows was asked for, by class numbers */
export function confusion({ per_class, confusion_matrix }: EvaluateEvent, onCell: (label: number, predicted: number) => void): HTMLElement {
  const names = per_class.map(({ label }) => label)
  const most = Math.max(1, ...confusion_matrix.flat())
  const columns = [{ name: l10n.t('Label') }, ...names.map((name) => ({ name, isNumber: true }))]
  const made = table(l10n.t('Confusion: label (down), predicted (across); a number opens its rows'), columns, confusion_matrix.map((counts, label) => [
    names[label],
    ...counts.map((rows, predicted) => {
      const said = cellName(names[label], names[predicted])
      const kind = rows === 0 ? 'none' : label === predicted ? 'right' : 'wrong'
      const content = rows === 0 ? '0' : link(format.count(rows), () => onCell(label, predicted), `${said}: ${format.count(rows)}`)
      const cell = element('span', { class: `cell ${kind}`, title: said }, content)
      cell.style.setProperty('--share', String(rows / most))
      return cell
    }),
  ]))
  made.classList.add('confusion')
  return wide(made)
}

/** What the rows of a cell have in common. */
export function cellName(label: string, predicted: string): string {
  return label === predicted ? l10n.t('{0}, rightly predicted', label) : l10n.t('{0}, taken for {1}', label, predicted)
}

function wide(content: HTMLElement): HTMLElement {
  return scrollable(content.querySelector('caption')?.textContent ?? '', content)
}
