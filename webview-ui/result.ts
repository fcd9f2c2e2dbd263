/** What came out of a run: accuracy, each label's scores, which label was taken for which. */
import * as l10n from '@vscode/l10n'
import type { RunView } from '../src/protocol/runView.ts'
import { element, table } from './dom.ts'
import * as format from './format.ts'

/** Of the best model; nothing where none was evaluated. */
export function resultSection({ best }: RunView): HTMLElement[] {
  if (!best) return []
  return [
    element('div', { class: 'figures' },
      figure(format.percent(best.eval_accuracy), format.margin(best.eval_accuracy_margin), l10n.t('accuracy on {0} rows', format.count(best.eval_rows))),
      figure(format.percent(best.eval_f1), '', l10n.t('macro F1')),
      figure(format.loss(best.eval_loss), '', l10n.t('validation loss'))),
    element('div', { class: 'side-by-side' }, perClass(best), confusion(best)),
  ]
}

function figure(value: string, margin: string, name: string): HTMLElement {
  return element('div', { class: 'figure' },
    element('div', {}, element('strong', {}, value), margin ? element('span', { class: 'margin', title: l10n.t('Half the width of the 95% interval') }, ` ${margin}`) : undefined),
    element('div', { class: 'name' }, name))
}

function perClass({ per_class }: NonNullable<RunView['best']>): HTMLElement {
  const columns = [{ name: l10n.t('Label') }, ...[l10n.t('Precision'), l10n.t('Recall'), l10n.t('F1'), l10n.t('Rows')].map((name) => ({ name, isNumber: true }))]
  return table(l10n.t('Per label'), columns, per_class.map(({ label, precision, recall, f1, support }) => [label, format.percent(precision), format.percent(recall), format.percent(f1), format.count(support)]))
}

function confusion({ per_class, confusion_matrix }: NonNullable<RunView['best']>): HTMLElement {
  const names = per_class.map(({ label }) => label)
  const most = Math.max(1, ...confusion_matrix.flat())
  const made = table(l10n.t('Confusion: label (down), predicted (across)'), [{ name: '' }, ...names.map((name) => ({ name, isNumber: true }))], confusion_matrix.map((counts, label) => [
    names[label],
    ...counts.map((rows, predicted) => {
      const cell = element('span', { class: rows === 0 ? 'cell none' : label === predicted ? 'cell right' : 'cell wrong', title: l10n.t('{0} taken for {1}: {2}', names[label], names[predicted], rows) }, format.count(rows))
      cell.style.setProperty('--share', String(rows / most))
      return cell
    }),
  ]))
  made.classList.add('confusion')
  return made
}
