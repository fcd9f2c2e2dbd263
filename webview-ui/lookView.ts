/** Data of the Hub before it is downloaded: its first rows and labels, as the Hub shows them. */
import * as l10n from '@vscode/l10n'
import type { Look } from '../src/protocol/hubMessages.ts'
import { bar, element, table } from './dom.ts'
import * as format from './format.ts'

const shownLabels = 12

export function lookView({ train, evaluation, first, counts }: Look): HTMLElement[] {
  return [
    element('p', { class: 'help' }, l10n.t('As the Hub shows it. Nothing is downloaded before the run starts.')),
    element('p', { class: 'help' }, evaluation === null
      ? l10n.t('{0} rows ({1}), of which a part is set aside to evaluate on', rowsText(train), train.split)
      : l10n.t('{0} rows to train on ({1}), {2} to evaluate on ({3})', rowsText(train), train.split, rowsText(evaluation), evaluation.split)),
    table(l10n.t('First rows'), [{ name: l10n.t('Label') }, { name: l10n.t('Text') }], first.map(({ label, text }) => [label, element('span', { class: 'text' }, text)])),
    ...counts === null ? [element('p', { class: 'help' }, l10n.t('The Hub has not counted its labels.'))] : [distribution(counts)],
  ]
}

function rowsText({ rows }: Look['train']): string {
  return rows === null ? l10n.t('an unknown number of') : format.count(rows)
}

/** The most frequent first. */
function distribution(counts: NonNullable<Look['counts']>): HTMLElement {
  const all = counts.reduce((sum, { rows }) => sum + rows, 0)
  const sorted = [...counts].sort((a, b) => b.rows - a.rows)
  const most = Math.max(1, sorted[0]?.rows ?? 0)
  const columns = [{ name: l10n.t('Label') }, { name: '' }, { name: l10n.t('Training rows'), isNumber: true }, { name: l10n.t('Share'), isNumber: true }]
  const rows = sorted.slice(0, shownLabels).map(({ label, rows }) => [label, bar(rows / most), format.count(rows), format.percent(rows / Math.max(1, all))])
  const rest = sorted.length - shownLabels
  return element('div', { class: 'distribution' }, table(l10n.t('Labels'), columns, rows), rest > 0 ? element('p', { class: 'help' }, l10n.t('and {0} more labels', format.count(rest))) : undefined)
}
