/** How a run went, step by step: losses, the foremost measure, learning rate, gradient norm. */
import * as l10n from '@vscode/l10n'
import type { EvaluateEvent, Progress, RunEvent } from '../src/protocol/events.ts'
import type { ProblemType } from '../src/protocol/problemType.ts'
import type { RunView } from '../src/protocol/runView.ts'
import { Chart } from './chart.ts'
import { element } from './dom.ts'
import * as format from './format.ts'
import { measuresOf } from './measures.ts'
import type { Measure } from './measures.ts'
import type { Point } from './series.ts'

export class RunCharts {
  readonly root: HTMLElement
  #steps: Progress[] = []
  readonly #loss = new Chart({
    title: l10n.t('Loss'), xName: l10n.t('Step'), write: format.short,
    series: [{ name: l10n.t('training'), kind: 'line', color: 'blue' }, { name: l10n.t('validation'), kind: 'points', color: 'yellow' }],
  })
  /** The foremost measure, which is known with the data. */
  #measured: { measure: Measure, chart: Chart } | undefined
  readonly #rate = new Chart({ title: l10n.t('Learning rate'), xName: l10n.t('Step'), write: format.small, series: [{ name: l10n.t('used in the step'), kind: 'line', color: 'purple' }] })
  readonly #norm = new Chart({ title: l10n.t('Gradient norm'), xName: l10n.t('Step'), write: format.short, series: [{ name: l10n.t('before clipping'), kind: 'line', color: 'red' }] })

  constructor() {
    this.root = element('section', { class: 'charts', 'aria-label': l10n.t('Charts') }, this.#loss.root, this.#rate.root, this.#norm.root)
  }

  /** Steps that are done again take the place of those before. */
  add(event: RunEvent): void {
    if (event.type !== 'progress' && event.type !== 'resume') return
    const after = event.type === 'progress' ? event.step - 1 : event.step
    while (this.#steps.length > 0 && this.#steps.at(-1)!.step > after) this.#steps.pop()
    if (event.type === 'progress') this.#steps.push(event)
  }

  update({ preflight, evaluations }: RunView): void {
    const last = preflight?.max_steps ?? 0
    this.#loss.update([points(this.#steps, ({ loss }) => loss), points(evaluations, ({ eval_loss }) => eval_loss)], last)
    if (preflight) this.#updateMeasured(preflight.problem_type, evaluations, last)
    this.#rate.update([points(this.#steps, ({ learning_rate }) => learning_rate)], last)
    this.#norm.update([points(this.#steps, ({ grad_norm }) => grad_norm)], last)
  }

  #updateMeasured(problemType: ProblemType = 'single_label_classification', evaluations: readonly EvaluateEvent[], last: number): void {
    if (!this.#measured) {
      const [measure] = measuresOf(problemType)
      this.#measured = { measure, chart: new Chart({ title: measure.name, xName: l10n.t('Step'), write: measure.write, most: measure.most, series: [{ name: l10n.t('validation'), kind: 'points', color: 'green' }] }) }
      this.#loss.root.after(this.#measured.chart.root)
    }
    const { measure, chart } = this.#measured
    chart.update([points(evaluations, measure.value)], last)
  }
}

function points<Event extends { step: number }>(events: readonly Event[], value: (event: Event) => number | null): Point[] {
  return events.flatMap((event) => {
    const y = value(event)
    return y === null ? [] : [{ x: event.step, y }]
  })
}
