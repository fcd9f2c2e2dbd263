/** A finished run: its numbers, the rows behind them, corrections, a text field to try it, programs to copy. */
import * as l10n from '@vscode/l10n'
import type { EvaluateEvent } from '../src/protocol/events.ts'
import type { RowAnswer } from '../src/protocol/rowMessages.ts'
import { correctionParts } from './correctionTable.ts'
import { element } from './dom.ts'
import { send } from './host.ts'
import { button } from './kit.ts'
import { cellName, confusion, figures, perClass } from './result.ts'
import { RowTable } from './rowTable.ts'
import { tryIt } from './tryIt.ts'
import type { TryIt } from './tryIt.ts'

export class RunResult {
  readonly root = element('div', { class: 'result' })
  readonly tryIt: TryIt
  readonly #run: string
  readonly #labels: readonly string[]
  readonly #cell = element('div')
  readonly #corrections = element('section')
  #mistakes: RowTable | undefined
  #cellRows: RowTable | undefined

  /** @param best the evaluation of the finished model; without one there is only the model to try */
  constructor(run: string, best: EvaluateEvent | undefined) {
    this.#run = run
    this.#labels = best?.per_class.map(({ label }) => label) ?? []
    this.tryIt = tryIt(run)
    const copy = element('div', { class: 'actions copy' },
      button(l10n.t('Copy Python'), () => send({ type: 'copy', run, language: 'python' })) as unknown as Node,
      button(l10n.t('Copy JavaScript'), () => send({ type: 'copy', run, language: 'javascript' })) as unknown as Node)
    this.root.append(...best ? this.#numbers(best) : [], this.tryIt.root, copy, ...hasRows(best) ? this.#rows() : [])
  }

  show(answer: RowAnswer): void {
    if (answer.type === 'corrections') {
      this.#corrections.replaceChildren(...correctionParts(this.#run, answer))
      this.#mistakes?.refresh()
      this.#cellRows?.refresh()
      return
    }
    const rows = [this.#mistakes, this.#cellRows].find((each) => each && JSON.stringify(each.of) === JSON.stringify(answer.of))
    if (answer.type === 'rows') rows?.show(answer)
    else rows?.refuse(answer.text)
  }

  #numbers(best: EvaluateEvent): HTMLElement[] {
    const tables = [...best.per_class.length > 0 ? [perClass(best)] : [], ...hasRows(best) ? [confusion(best, (label, predicted) => this.#openCell(label, predicted))] : []]
    return [figures(best), ...tables.length > 0 ? [element('div', { class: 'side-by-side' }, ...tables)] : [], this.#cell]
  }

  #rows(): HTMLElement[] {
    this.#mistakes = new RowTable(this.#run, { kind: 'mistakes' }, l10n.t('Most confident mistakes'), this.#labels)
    send({ type: 'corrections', run: this.#run })
    return [this.#mistakes.root, this.#corrections]
  }

  #openCell(label: number, predicted: number): void {
    const name = cellName(this.#labels[label], this.#labels[predicted])
    const close = () => {
      this.#cellRows = undefined
      this.#cell.replaceChildren()
    }
    this.#cellRows = new RowTable(this.#run, { kind: 'cell', label, predicted }, name, this.#labels, close)
    this.#cell.replaceChildren(this.#cellRows.root)
    this.#cellRows.focus()
  }
}

/** Where each row has one label, the rows behind the numbers are kept. */
function hasRows(best: EvaluateEvent | undefined): boolean {
  return best !== undefined && best.confusion_matrix.length > 0
}
