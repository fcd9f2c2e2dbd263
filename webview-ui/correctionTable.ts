/** Every label that was put right in the run's data, each with its undo, and the way into the CSV file. */
import * as l10n from '@vscode/l10n'
import type { RowAnswer } from '../src/protocol/rowMessages.ts'
import { element, scrollable, table } from './dom.ts'
import { send } from './host.ts'
import { button, link } from './kit.ts'

type Corrections = Extract<RowAnswer, { type: 'corrections' }>

/** Nothing where there are none. */
export function correctionParts(run: string, { corrections, csv }: Corrections): HTMLElement[] {
  if (corrections.length === 0) return []
  const columns = [{ name: l10n.t('Text') }, { name: l10n.t('In the data') }, { name: l10n.t('Corrected to') }, { name: l10n.t('Row') }]
  const rows = corrections.map(({ id, text, was, label, place }) => [
    element('span', { class: 'text' }, text), was, label,
    element('span', { class: 'row-actions' }, place, element('span', { class: 'changes' }, link(l10n.t('Undo'), () => send({ type: 'undoCorrection', run, correction: id }), l10n.t('Undo the correction of {0}', place)))),
  ])
  return [
    element('h2', {}, l10n.t('Corrections')),
    element('p', { class: 'help' }, l10n.t('They hold from the next run on, for training and evaluation. The data itself stays as it is.')),
    element('div', { class: 'corrections' }, scrollable(l10n.t('Corrections'), table(l10n.t('Corrected labels'), columns, rows))),
    ...csv ? [element('div', { class: 'actions' }, button(l10n.t('Write into CSV…'), () => send({ type: 'writeIntoCsv', run })) as unknown as Node)] : [],
  ]
}
