/** Data before anything is trained on it: its columns, labels, first rows and what a person should know of it. */
import type { Choice, Preview } from '../src/protocol/panelMessages.ts'
import { bar, element, table } from './dom.ts'
import * as format from './format.ts'
import { send } from './host.ts'
import { dropdown } from './kit.ts'

const shownLabels = 12

export function previewParts(data: Choice, columns: readonly string[], preview: Preview | undefined): HTMLElement[] {
  const problem = data.problem === undefined ? [] : [element('p', { class: 'mistake', role: 'alert' }, data.problem)]
  return [
    ...columns.length > 1 ? [columnChoice(data, columns, preview)] : [],
    ...problem,
    ...preview ? [
      element('p', { class: 'help' }, `${format.count(preview.train_rows)} rows to train on, ${format.count(preview.eval_rows)} to evaluate on`),
      table('First rows', [{ name: 'Label' }, { name: 'Text' }], preview.rows.map(({ label, text }) => [label, element('span', { class: 'text' }, text)])),
      distribution(preview),
      element('ul', { class: 'notices' }, ...preview.notices.map((text) => element('li', {}, text))),
    ] : [],
  ]
}

function columnChoice(data: Choice, columns: readonly string[], preview: Preview | undefined): HTMLElement {
  const chosen = { text_column: preview?.text_column ?? '', label_column: preview?.label_column ?? '' }
  const options = [...preview ? [] : [{ value: '', text: 'choose…' }], ...columns.map((column) => ({ value: column, text: column }))]
  function choice(name: 'text_column' | 'label_column', label: string): HTMLElement {
    return element('span', { class: 'column' }, label, dropdown({
      label, value: chosen[name],
      onInput(value) {
        chosen[name] = value
        if (chosen.text_column !== '' && chosen.label_column !== '') send({ type: 'columns', data: data.id, ...chosen })
      },
    }, options) as unknown as Node)
  }
  return element('div', { class: 'row' }, choice('text_column', 'Text column'), choice('label_column', 'Label column'))
}

function distribution({ labels, train_rows }: Preview): HTMLElement {
  const most = Math.max(1, ...labels.map(({ count }) => count))
  const bars = [...labels].sort((a, b) => b.count - a.count).slice(0, shownLabels).flatMap(({ label, count }) => [
    element('span', {}, label),
    bar(count / most),
    element('span', { class: 'number' }, `${format.count(count)} · ${format.percent(count / train_rows)}`),
  ])
  const rest = labels.length - shownLabels
  return element('div', {}, element('div', { class: 'scores', 'aria-label': 'Labels of the training rows', role: 'group' }, ...bars), rest > 0 ? element('p', { class: 'help' }, `and ${rest} more labels`) : undefined)
}
