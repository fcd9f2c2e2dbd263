/** Evaluation rows, a page at a time: what they say, what they were taken for, and what can be done about it. */
import * as l10n from '@vscode/l10n'
import type { RowAnswer, RowList, ShownRow } from '../src/protocol/rowMessages.ts'
import { element, scrollable, setText, table } from './dom.ts'
import * as format from './format.ts'
import { send } from './host.ts'
import { button, dropdown, link } from './kit.ts'

type Rows = Extract<RowAnswer, { type: 'rows' }>

export class RowTable {
  readonly root: HTMLElement
  readonly of: RowList
  readonly #run: string
  readonly #caption: string
  readonly #labels: readonly string[]
  readonly #heading: HTMLElement
  readonly #content = element('div')
  #rows: ShownRow[] = []
  #total = 0

  /** @param onClose where it can be closed */
  constructor(run: string, of: RowList, caption: string, labels: readonly string[], onClose?: () => void) {
    this.#heading = element('h2', { tabindex: '-1' }, caption)
    this.root = element('section', { class: 'rows' },
      element('header', { class: 'of-section' }, this.#heading, onClose && button(l10n.t('Close'), onClose) as unknown as Node), this.#content)
    this.#run = run
    this.of = of
    this.#caption = caption
    this.#labels = labels
    this.#ask(0)
  }

  /** Asks for the rows shown anew: a label may have been put right. */
  refresh(): void {
    this.#ask(0)
  }

  focus(): void {
    this.#heading.focus()
  }

  show({ from, total, rows }: Rows): void {
    this.#rows = [...this.#rows.slice(0, from), ...rows]
    this.#total = total
    this.#update()
  }

  /** Shows why there are none. */
  refuse(reason: string): void {
    this.#content.replaceChildren(element('p', { class: 'help' }, reason))
  }

  #ask(from: number): void {
    send({ type: 'rows', run: this.#run, of: this.of, from })
  }

  #update(): void {
    if (this.#total === 0) return this.#content.replaceChildren(element('p', { class: 'help' }, l10n.t('There are none.')))
    const columns = [{ name: l10n.t('Label') }, { name: l10n.t('Predicted') }, { name: l10n.t('Text') }, { name: l10n.t('Row') }]
    const caption = this.#rows.length < this.#total ? l10n.t('{0}: {1} of {2}', this.#caption, format.count(this.#rows.length), format.count(this.#total)) : this.#caption
    setText(this.#heading, caption)
    this.#content.replaceChildren(
      scrollable(this.#caption, table(caption, columns, this.#rows.map((row) => this.#cells(row)))),
      ...this.#rows.length < this.#total ? [button(l10n.t('Show More'), () => this.#ask(this.#rows.length)) as unknown as Node] : [])
  }

  #cells(row: ShownRow): (string | Node)[] {
    const score = element('span', { class: 'score' }, format.score(row.score))
    return [
      element('span', {}, row.label, row.correction === undefined ? undefined : element('span', { class: 'corrected' }, l10n.t('now {0}', row.correction))),
      element('span', {}, row.predicted, ' ', score),
      element('span', { class: 'text' }, row.text),
      element('span', { class: 'row-actions' }, link(row.place, () => send({ type: 'openRow', run: this.#run, row: row.row }), l10n.t('Open {0}', row.place)), this.#fix(row)),
    ]
  }

  /** A link that becomes a choice of labels. */
  #fix(row: ShownRow): HTMLElement {
    const place = element('span', { class: 'changes' })
    place.append(link(l10n.t('Fix Label'), () => {
      const others = this.#labels.flatMap((label, number) => label === (row.correction ?? row.label) ? [] : [{ value: String(number), text: label }])
      const options = [{ value: '', text: l10n.t('Choose the right label…') }, ...others]
      const choice = dropdown({
        label: l10n.t('Right label of {0}', row.place), value: '',
        onInput: (label) => { if (label !== '') send({ type: 'fixLabel', run: this.#run, row: row.row, label: Number(label) }) },
      }, options)
      place.replaceChildren(choice as unknown as Node)
      choice.focus()
    }, l10n.t('Fix Label: {0}', row.place)))
    return place
  }
}
