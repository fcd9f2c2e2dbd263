/** Runs side by side: what was different, what came out, how they got there. */
import * as l10n from '@vscode/l10n'
import type { Compared, ToPanel } from '../src/protocol/panelMessages.ts'
import { Chart } from './chart.ts'
import type { Series } from './chart.ts'
import { element, table } from './dom.ts'
import * as format from './format.ts'
import { send } from './host.ts'
import { link } from './kit.ts'

type Comparison = Extract<ToPanel, { type: 'compare' }>

const colors: readonly Series['color'][] = ['blue', 'yellow', 'green', 'purple', 'red']

export class ComparePage {
  readonly root: HTMLElement
  readonly #settings = element('section')
  readonly #results = element('section')
  readonly #notice = element('p', { class: 'help', role: 'status' })
  readonly #charts = element('section', { class: 'charts' })
  #chart: Chart | undefined
  #charted = ''

  constructor(comparison: Comparison) {
    this.root = element('div', { class: 'compare' },
      element('header', {}, element('h1', {}, l10n.t('Compare runs'))),
      element('div', { class: 'wide' }, this.#results), this.#notice, this.#charts, element('div', { class: 'wide' }, this.#settings))
    this.update(comparison)
  }

  update({ runs, differences }: Comparison): void {
    const names = runs.map(({ run }) => ({ name: run.name, isNumber: true }))
    const isSame = new Set(runs.map(({ data_fingerprint }) => data_fingerprint)).size <= 1
    this.#results.replaceChildren(resultTable(runs, isSame))
    this.#settings.replaceChildren(differences.length === 0
      ? element('p', { class: 'help' }, l10n.t('The settings are the same.'))
      : table(l10n.t('Settings that differ'), [{ name: l10n.t('Setting') }, ...names], differences.map(({ setting, values }) => [setting, ...values.map((value) => value === 'null' ? l10n.t('not set') : value)])))
    this.#notice.textContent = isSame ? '' : l10n.t('They did not see the same rows and labels: their accuracies cannot be compared number by number.')
    this.#updateChart(runs)
  }

  #updateChart(runs: readonly Compared[]): void {
    const names = JSON.stringify(runs.map(({ run }) => run.name))
    if (!this.#chart || names !== this.#charted) {
      this.#chart = new Chart({
        title: l10n.t('Accuracy'), xName: l10n.t('Epoch'), write: format.percent, most: 1,
        series: runs.map(({ run }, index) => ({ name: run.name, kind: index % 2 === 0 ? 'line' : 'points', color: colors[index % colors.length] })),
      })
      this.#charted = names
      this.#charts.replaceChildren(this.#chart.root)
    }
    const epochs = runs.flatMap(({ evaluations }) => evaluations.map(({ epoch }) => epoch))
    this.#chart.update(runs.map(({ evaluations }) => evaluations.flatMap(({ epoch, eval_accuracy }) => (eval_accuracy === null ? [] : [{ x: epoch, y: eval_accuracy }]))), Math.max(1, ...epochs))
  }
}

/** @param isSame whether they saw the same rows: only then one of them is the best */
function resultTable(runs: readonly Compared[], isSame: boolean): HTMLElement {
  const accuracies = runs.map(({ best }) => best?.eval_accuracy ?? -1)
  const most = Math.max(...accuracies)
  const isAlone = isSame && accuracies.filter((accuracy) => accuracy === most).length === 1
  const row = (name: string, value: (run: Compared, index: number) => string | Node) => [name, ...runs.map(value)]
  const ofBest = (value: (best: NonNullable<Compared['best']>) => string) => ({ best }: Compared) => best ? value(best) : '–'
  return table(l10n.t('Results'), [{ name: l10n.t('Best model') }, ...runs.map(({ run }) => ({ name: run.name, isNumber: true, shown: link(run.name, () => send({ type: 'open', run: run.id })) }))], [
    row(l10n.t('Accuracy'), ({ best }, index) => {
      if (!best) return '–'
      const accuracy = `${format.percent(best.eval_accuracy)} ${format.margin(best.eval_accuracy_margin)}`
      return isAlone && accuracies[index] === most ? element('span', { class: 'best' }, accuracy, element('span', { class: 'spoken' }, l10n.t('best'))) : accuracy
    }),
    row(l10n.t('Macro F1'), ofBest(({ eval_f1 }) => format.percent(eval_f1))),
    row(l10n.t('Validation loss'), ofBest(({ eval_loss }) => format.loss(eval_loss))),
    row(l10n.t('Best after epoch'), ofBest(({ epoch }) => format.epoch(epoch))),
    row(l10n.t('Evaluation rows'), ofBest(({ eval_rows }) => format.count(eval_rows))),
    row(l10n.t('Training rows'), ({ train_rows }) => train_rows === undefined ? '–' : format.count(train_rows)),
    row(l10n.t('Corrected labels'), ({ corrections }) => format.count(corrections)),
    row(l10n.t('Model'), ({ run }) => run.model),
    row(l10n.t('Data'), ({ run }) => run.data),
    row(l10n.t('State'), ({ run }) => stateWord(run.state)),
  ])
}

function stateWord(state: Compared['run']['state']): string {
  switch (state) {
    case 'running': return l10n.t('running')
    case 'queued': return l10n.t('queued')
    case 'paused': return l10n.t('paused')
    case 'interrupted': return l10n.t('interrupted')
    case 'stopped': return l10n.t('stopped')
    case 'failed': return l10n.t('failed')
    case 'finished': return l10n.t('finished')
  }
}
