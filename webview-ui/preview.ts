/** Data before anything is trained on it: its columns, labels, first rows and what a person should know of it. */
import * as l10n from '@vscode/l10n'
import type { Choice, Preview } from '../src/protocol/panelMessages.ts'
import { bar, element, table } from './dom.ts'
import * as format from './format.ts'
import { send } from './host.ts'
import { dropdown } from './kit.ts'
import { noticeText } from './l10n.ts'

const shownLabels = 12

export function previewParts(data: Choice, columns: readonly string[], preview: Preview | undefined): HTMLElement[] {
  const problem = data.problem === undefined ? [] : [element('p', { class: 'mistake', role: 'alert' }, data.problem)]
  return [
    ...columns.length > 1 ? [columnChoice(data, columns, preview)] : [],
    ...problem,
    ...preview ? [
      element('p', { class: 'help' }, l10n.t('{0} rows to train on, {1} to evaluate on', format.count(preview.train_rows), format.count(preview.eval_rows))),
      table(l10n.t('First rows'), [{ name: l10n.t('Label') }, { name: l10n.t('Text') }], preview.rows.map(({ label, text }) => [label, element('span', { class: 'text' }, text)])),
      distribution(preview),
      element('ul', { class: 'notices' }, ...preview.notices.map((notice) => element('li', {}, noticeText(notice)))),
    ] : [],
  ]
}

function columnChoice(data: Choice, columns: readonly string[], preview: Preview | undefined): HTMLElement {
  const chosen = { text_column: preview?.text_column ?? '', label_column: preview?.label_column ?? '' }
  const options = [...preview ? [] : [{ value: '', text: l10n.t('choose…') }], ...columns.map((column) => ({ value: column, text: column }))]
  function choice(name: 'text_column' | 'label_column', label: string): HTMLElement {
    return element('span', { class: 'column' }, label, dropdown({
      label, value: chosen[name],
      onInput(value) {
        chosen[name] = value
        if (chosen.text_column !== '' && chosen.label_column !== '') send({ type: 'columns', data: data.id, ...chosen })
      },
    }, options) as unknown as Node)
  }
  return element('div', { class: 'row' }, choice('text_column', l10n.t('Text column')), choice('label_column', l10n.t('Label column')))
}

function distribution({ labels, train_rows }: Preview): HTMLElement {
  const most = Math.max(1, ...labels.map(({ count }) => count))
  const bars = [...labels].sort((a, b) => b.count - a.count).slice(0, shownLabels).flatMap(({ label, count }) => [
    element('span', {}, label),
    bar(count / most),
    element('span', { class: 'number' }, `${format.count(count)} · ${format.percent(count / train_rows)}`),
  ])
  const rest = labels.length - shownLabels
  return element('div', {}, element('div', { class: 'scores', 'aria-label': l10n.t('Labels of the training rows'), role: 'group' }, ...bars), rest > 0 ? element('p', { class: 'help' }, l10n.t('and {0} more labels', format.count(rest))) : undefined)
}
