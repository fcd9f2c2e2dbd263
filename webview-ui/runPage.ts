/** One run: where it stands while it goes on, what came out when it ended. Built once, then only its texts change. */
import type { RunEvent } from '../src/protocol/events.ts'
import type { RunHeader, RunState } from '../src/protocol/panelMessages.ts'
import { isLiveState } from '../src/protocol/panelMessages.ts'
import { emptyRun, reduceEvent } from '../src/protocol/runView.ts'
import type { RunView } from '../src/protocol/runView.ts'
import { chart } from './chart.ts'
import type { Point } from './chart.ts'
import { element, setText, table } from './dom.ts'
import * as format from './format.ts'
import { send } from './host.ts'
import { button } from './kit.ts'
import { resultSection } from './result.ts'
import type { TryIt } from './tryIt.ts'
import { tryIt } from './tryIt.ts'

/** What a person can ask of a run. */
type RunAction = 'pause' | 'stop' | 'resume' | 'showLog' | 'use'

export class RunPage {
  readonly root: HTMLElement
  #run: RunHeader
  #view: RunView = emptyRun
  #losses: Point[] = []
  readonly #title = element('h1')
  readonly #place = element('p', { class: 'subtitle' })
  readonly #bar = element('progress', { max: '1', 'aria-label': 'Progress' }) as HTMLProgressElement
  readonly #pace = element('p', { class: 'pace' })
  readonly #progress = element('section', { class: 'progress' }, this.#bar, this.#pace)
  readonly #actions = element('div', { class: 'actions' })
  readonly #notices = element('ul', { class: 'notices' })
  readonly #result = element('section', { class: 'result' })
  readonly #epochs = element('section')
  readonly #spoken = element('p', { class: 'spoken', role: 'status', 'aria-live': 'polite' })
  readonly #lossChart = chart('Loss', 'step', [{ name: 'training', kind: 'line', color: 'blue' }, { name: 'validation', kind: 'points', color: 'yellow' }], (value) => String(Number(value.toPrecision(3))))
  readonly #accuracyChart = chart('Accuracy', 'step', [{ name: 'validation', kind: 'points', color: 'green' }], (value) => `${Math.round(value * 100)}%`, 1)
  readonly tryIt: TryIt
  #actionsFor = ''
  #shownEvaluations: RunView['evaluations'] = []

  constructor(run: RunHeader, events: readonly RunEvent[]) {
    this.#run = run
    this.tryIt = tryIt(run.id)
    this.root = element('div', { class: 'run' },
      element('header', {}, element('div', {}, this.#title, this.#place), this.#actions),
      this.#progress, this.#result, this.tryIt.root, this.#epochs,
      element('section', { class: 'charts' }, this.#lossChart.root, this.#accuracyChart.root), this.#notices, this.#spoken)
    this.add(events)
  }

  get id(): string {
    return this.#run.id
  }

  add(events: readonly RunEvent[]): void {
    for (const event of events) this.#reduce(event)
    const said = events.findLast(({ type }) => type === 'evaluate')
    if (said?.type === 'evaluate') setText(this.#spoken, `Epoch ${format.epoch(said.epoch)}: accuracy ${format.percent(said.eval_accuracy)}`)
    this.#update()
  }

  setHeader(run: RunHeader): void {
    if (run.state !== this.#run.state) setText(this.#spoken, `The run is ${run.state}`)
    this.#run = run
    this.#update()
  }

  /** What was asked for failed: it can be asked for again. */
  allowActions(): void {
    this.#actionsFor = ''
    this.#updateActions()
  }

  #reduce(event: RunEvent): void {
    this.#view = reduceEvent(this.#view, event)
    if (event.type === 'resume') this.#losses = this.#losses.filter(({ x }) => x <= event.step)
    if (event.type === 'progress') {
      while (this.#losses.length > 0 && this.#losses.at(-1)!.x >= event.step) this.#losses.pop()
      if (event.loss !== null) this.#losses.push({ x: event.step, y: event.loss })
    }
  }

  #update(): void {
    const { preflight, progress, evaluations } = this.#view
    const isRunning = isLiveState(this.#run.state)
    setText(this.#title, this.#run.name)
    setText(this.#place, [stateText(this.#run, this.#view), this.#run.data, this.#run.model].join(' · '))
    this.#progress.hidden = !isRunning
    if (progress) this.#bar.value = progress.step / progress.max_steps
    else this.#bar.removeAttribute('value')
    setText(this.#pace, progress ? paceText(this.#view) : 'Reading model and data…')
    this.#updateActions()
    this.#updateNotices()

    const last = preflight?.max_steps ?? 0
    this.#lossChart.update([this.#losses, evaluations.flatMap(({ step, eval_loss }) => eval_loss === null ? [] : [{ x: step, y: eval_loss }])], last)
    this.#accuracyChart.update([evaluations.map(({ step, eval_accuracy }) => ({ x: step, y: eval_accuracy }))], last)
    if (evaluations !== this.#shownEvaluations) this.#epochs.replaceChildren(...evaluations.length === 0 ? [] : [epochTable(this.#view)])
    this.#shownEvaluations = evaluations

    const isDone = this.#run.state === 'finished' && this.#view.state === 'finished'
    if (isDone && this.#result.childElementCount === 0) this.#result.append(...resultSection(this.#view))
    if (!isDone) this.#result.replaceChildren()
    this.tryIt.root.hidden = !isDone
  }

  #updateActions(): void {
    const { id, state, inUse } = this.#run
    const key = `${state} ${inUse}`
    if (key === this.#actionsFor) return
    this.#actionsFor = key
    const asks = (text: string, type: RunAction, appearance?: 'primary') => {
      const made = button(text, () => {
        made.disabled = type !== 'showLog'
        send({ type, run: id })
      }, appearance)
      return made
    }
    this.#actions.replaceChildren(...this.#actionsOf(state, inUse, asks))
  }

  #actionsOf(state: RunState, inUse: boolean, asks: (text: string, type: RunAction, appearance?: 'primary') => Node): Node[] {
    switch (state) {
      case 'running': return [asks('Pause', 'pause'), asks('Stop', 'stop')]
      case 'queued': return [asks('Stop', 'stop')]
      case 'paused': return [asks('Resume', 'resume', 'primary'), asks('Stop', 'stop')]
      case 'finished': return [inUse ? element('span', { class: 'in-use' }, 'In use for Classify Selection') : asks('Use for Classify Selection', 'use', 'primary')]
      default: return [asks('Resume', 'resume', 'primary'), asks('Show Log', 'showLog')]
    }
  }

  #updateNotices(): void {
    const error = this.#run.state === 'failed' ? this.#view.end?.error : undefined
    // A resumed run says again what it said when it began.
    const texts = [...error === undefined ? [] : [error], ...new Set(this.#view.notices.map(({ text }) => text))]
    if (this.#notices.childElementCount === texts.length) return
    this.#notices.replaceChildren(...texts.map((text) => element('li', {}, text)))
  }
}

function stateText({ state }: RunHeader, { preflight, progress, end, best }: RunView): string {
  switch (state) {
    case 'running':
      if (!progress || !preflight) return 'starting'
      return `epoch ${Math.min(Math.floor(progress.epoch) + 1, Math.ceil(preflight.num_train_epochs))} of ${Math.ceil(preflight.num_train_epochs)} · step ${format.count(progress.step)} of ${format.count(progress.max_steps)}`
    case 'queued': return 'waits for another run to end'
    case 'paused': return `paused after step ${format.count(progress?.step ?? 0)}`
    case 'finished': return best ? `finished, best after epoch ${format.epoch(best.epoch)}` : 'finished'
    case 'stopped': return `stopped after step ${format.count(end?.step ?? 0)}`
    case 'interrupted': return `interrupted after step ${format.count(progress?.step ?? 0)}: its process is gone`
    case 'failed': return 'failed'
  }
}

function paceText({ progress, preflight }: RunView): string {
  if (!progress || !preflight) return ''
  const { step, max_steps, rows_per_second, eta_seconds } = progress
  return [`${Math.floor(100 * step / max_steps)}%`, `${format.count(rows_per_second)} rows/s`, `${format.duration(eta_seconds)} left`, `${preflight.device.toUpperCase()}, ${preflight.threads} ${preflight.threads === 1 ? 'thread' : 'threads'}`].join(' · ')
}

function epochTable({ evaluations, best }: RunView): HTMLElement {
  const columns = [{ name: 'Epoch' }, { name: 'Training loss', isNumber: true }, { name: 'Validation loss', isNumber: true }, { name: 'Accuracy', isNumber: true }, { name: 'Macro F1', isNumber: true }, { name: '' }]
  return table('Per epoch', columns, evaluations.map((each) => [
    format.epoch(each.epoch),
    each.training_loss === null ? 'No log' : format.loss(each.training_loss),
    format.loss(each.eval_loss),
    format.percent(each.eval_accuracy),
    format.percent(each.eval_f1),
    each === best ? element('span', { class: 'best' }, 'best') : '',
  ]))
}
