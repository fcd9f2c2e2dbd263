/** Runs side by side: what was different, what came out, how they got there. */
import * as l10n from '@vscode/l10n'
import { problemTypeOf } from '../src/protocol/evaluation.ts'
import type { Compared, ToPanel } from '../src/protocol/panelMessages.ts'
import { Chart } from './chart.ts'
import type { Series } from './chart.ts'
import { element, scrollable, table } from './dom.ts'
import * as format from './format.ts'
import { send } from './host.ts'
import { link } from './kit.ts'
import { measuresOf, measureText } from './measures.ts'
import type { Measure } from './measures.ts'

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
      scrollable(l10n.t('Results'), this.#results), this.#notice, this.#charts, scrollable(l10n.t('Settings'), this.#settings))
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
    const [measure] = sharedMeasures(runs)
    const names = JSON.stringify([measure.name, ...runs.map(({ run }) => run.name)])
    if (!this.#chart || names !== this.#charted) {
      this.#chart = new Chart({
        title: measure.name, xName: l10n.t('Epoch'), write: measure.write, most: measure.most,
        series: runs.map(({ run }, index) => ({ name: run.name, kind: index % 2 === 0 ? 'line' : 'points', color: colors[index % colors.length] })),
      })
      this.#charted = names
      this.#charts.replaceChildren(this.#chart.root)
    }
    const epochs = runs.flatMap(({ evaluations }) => evaluations.map(({ epoch }) => epoch))
    this.#chart.update(runs.map(({ evaluations }) => evaluations.flatMap((evaluation) => {
      const y = measure.value(evaluation)
      return y === null ? [] : [{ x: evaluation.epoch, y }]
    })), Math.max(1, ...epochs))
  }
}

/** All measures of these runs, each once, the foremost first. */
function sharedMeasures(runs: readonly Compared[]): Measure[] {
  const evaluations = runs.flatMap(({ evaluations }) => evaluations.slice(0, 1))
  const types = evaluations.length === 0 ? ['single_label_classification' as const] : evaluations.map(problemTypeOf)
  return [...new Map(types.flatMap(measuresOf).map((measure) => [measure.name, measure])).values()]
}

/** @param isSame whether they saw the same rows: only then one of them is the best */
function resultTable(runs: readonly Compared[], isSame: boolean): HTMLElement {
  const [foremost, ...others] = sharedMeasures(runs)
  const sign = foremost.isError ? -1 : 1
  const values = runs.map(({ best }) => best && foremost.value(best) !== null ? sign * foremost.value(best)! : -Infinity)
  const most = Math.max(...values)
  const isAlone = isSame && most > -Infinity && values.filter((value) => value === most).length === 1
  const row = (name: string, value: (run: Compared, index: number) => string | Node) => [name, ...runs.map(value)]
  const ofBest = (value: (best: NonNullable<Compared['best']>) => string) => ({ best }: Compared) => best ? value(best) : '–'
  return table(l10n.t('Results'), [{ name: l10n.t('Best model') }, ...runs.map(({ run }) => ({ name: run.name, isNumber: true, shown: link(run.name, () => send({ type: 'open', run: run.id })) }))], [
    row(foremost.name, ({ best }, index) => {
      if (!best) return '–'
      const text = `${measureText(foremost, best)} ${format.margin(best.eval_accuracy_margin)}`.trim()
      return isAlone && values[index] === most ? element('span', { class: 'best' }, text, element('span', { class: 'spoken' }, l10n.t('best'))) : text
    }),
    ...others.map((measure) => row(measure.name, ofBest((best) => measureText(measure, best)))),
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
