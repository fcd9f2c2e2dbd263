/** Rows before anything is trained on them: the first ones, their labels, and what a person should know of them. */
import * as l10n from '@vscode/l10n'
import type { Preview } from '../src/protocol/formMessages.ts'
import { bar, element, table } from './dom.ts'
import * as format from './format.ts'
import { noticeText } from './l10n.ts'

const shownLabels = 12
/** Said of every file that is split or looked at in part: not a warning. */
const plainNotices = ['data.own-split', 'data.compared-part']

export function dataView(preview: Preview): HTMLElement[] {
  const { train, evaluation, notices } = preview
  const [plain, warnings] = [true, false].map((isPlain) => notices.filter(({ code }) => plainNotices.includes(code) === isPlain))
  return [
    element('p', { class: 'help' }, l10n.t('{0} rows to train on, {1} to evaluate on', ofAll(train), ofAll(evaluation))),
    ...plain.map((notice) => element('p', { class: 'help' }, sentence(noticeText(notice)))),
    ...warnings.length === 0 ? [] : [warningList(warnings)],
    table(l10n.t('First rows'), [{ name: l10n.t('Label') }, { name: l10n.t('Text') }], preview.first.map(({ label, text }) => [label, element('span', { class: 'text' }, text)])),
    distribution(preview),
  ]
}

/** `1,000`, or `1,000 of 36,158`. */
function ofAll({ rows, available }: Preview['train']): string {
  return rows === available ? format.count(rows) : l10n.t('{0} of {1}', format.count(rows), format.count(available))
}

function warningList(warnings: Preview['notices']): HTMLElement {
  const title = warnings.length === 1 ? l10n.t('One thing to know before you start') : l10n.t('{0} things to know before you start', warnings.length)
  return element('div', { class: 'warnings', role: 'group', 'aria-label': title },
    element('strong', {}, title), element('ul', {}, ...warnings.map((notice) => element('li', {}, sentence(noticeText(notice))))))
}

/** The most frequent first. The numbers beside the bars are the same in words, so the table is its own twin. */
function distribution({ labels, train, evaluation }: Preview): HTMLElement {
  const most = Math.max(1, ...train.counts)
  const shown = labels.map((_, label) => label).sort((a, b) => train.counts[b] - train.counts[a]).slice(0, shownLabels)
  const columns = [{ name: l10n.t('Label') }, { name: '' }, { name: l10n.t('Training rows'), isNumber: true }, { name: l10n.t('Share'), isNumber: true }, { name: l10n.t('Evaluation rows'), isNumber: true }]
  const rows = shown.map((label) => [
    labels[label], bar(train.counts[label] / most), format.count(train.counts[label]), format.percent(train.counts[label] / Math.max(1, train.rows)), format.count(evaluation.counts[label]),
  ])
  const rest = labels.length - shownLabels
  return element('div', { class: 'distribution' }, table(l10n.t('Labels'), columns, rows), rest > 0 ? element('p', { class: 'help' }, l10n.t('and {0} more labels', format.count(rest))) : undefined)
}

/** As a sentence begins: the terminal writes on, after a mark of its own. */
export function sentence(text: string): string {
  return text.charAt(0).toLocaleUpperCase(document.documentElement.lang || 'en') + text.slice(1)
}
