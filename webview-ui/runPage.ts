/** One run: where it stands while it goes on, what came out when it ended. Built once, then only its texts change. */
import * as l10n from '@vscode/l10n'
import { printable } from '../src/protocol/errors.ts'
import type { DownloadEvent, Progress, RunEvent } from '../src/protocol/events.ts'
import type { RunHeader, RunState, ToPanel } from '../src/protocol/panelMessages.ts'
import { isLiveState } from '../src/protocol/panelMessages.ts'
import type { RowAnswer } from '../src/protocol/rowMessages.ts'
import { emptyRun, reduceEvent } from '../src/protocol/runView.ts'
import type { RunView } from '../src/protocol/runView.ts'
import { element, setText } from './dom.ts'
import { epochTable } from './epochTable.ts'
import * as format from './format.ts'
import { send } from './host.ts'
import { button } from './kit.ts'
import { failureText, noticeText } from './l10n.ts'
import { RunCharts } from './runCharts.ts'
import { RunResult } from './runResult.ts'
import { SpokenEpochs } from './spokenEpochs.ts'

/** What a person can ask of a run. */
type RunAction = 'pause' | 'stop' | 'resume' | 'showLog' | 'use' | 'publish' | 'again'

/** Those after which the run is as it was, and that can be asked for again. */
const staying: readonly RunAction[] = ['showLog', 'publish', 'again']

export class RunPage {
  readonly root: HTMLElement
  #run: RunHeader
  #view: RunView = emptyRun
  readonly #title = element('h1')
  readonly #place = element('p', { class: 'subtitle' })
  readonly #bar = element('progress', { max: '1', 'aria-label': l10n.t('Progress') }) as HTMLProgressElement
  readonly #pace = element('p', { class: 'pace' })
  readonly #progress = element('section', { class: 'progress' }, this.#bar, this.#pace)
  readonly #actions = element('div', { class: 'actions' })
  /** Of a run that failed or whose process is gone. */
  readonly #cause = element('p', { class: 'problem cause' })
  readonly #notices = element('ul', { class: 'notices' })
  readonly #resultPlace = element('section')
  #result: RunResult | undefined
  readonly #epochTable = element('section')
  readonly #epochs = new SpokenEpochs()
  /** Each has a place of its own: at the end both are said, and neither takes the other's words away. */
  readonly #spokenEpoch = element('p', { class: 'spoken', role: 'status', 'aria-live': 'polite' })
  readonly #spokenState = element('p', { class: 'spoken', role: 'status', 'aria-live': 'polite' })
  readonly #charts = new RunCharts()
  #actionsFor = ''
  #shownEvaluations: RunView['evaluations'] = []

  constructor(run: RunHeader, events: readonly RunEvent[]) {
    this.#run = run
    this.root = element('div', { class: 'run' },
      element('header', {}, element('div', {}, this.#title, this.#place), this.#actions),
      this.#cause, this.#progress, this.#resultPlace, this.#epochTable, this.#charts.root, this.#notices, this.#spokenEpoch, this.#spokenState)
    this.add(events)
  }

  get id(): string {
    return this.#run.id
  }

  add(events: readonly RunEvent[]): void {
    for (const event of events) this.#reduce(event)
    const said = this.#epochs.say(this.#view)
    if (said !== undefined) setText(this.#spokenEpoch, said)
    this.#update()
  }

  setHeader(run: RunHeader): void {
    if (run.state !== this.#run.state) setText(this.#spokenState, stateSentence(run.state))
    this.#run = run
    this.#update()
  }

  showPrediction(prediction: Extract<ToPanel, { type: 'prediction' }>): void {
    this.#result?.tryIt.show(prediction)
  }

  showRows(answer: RowAnswer): void {
    this.#result?.show(answer)
  }

  /** What was asked for failed: it can be asked for again. */
  allowActions(): void {
    this.#actionsFor = ''
    this.#updateActions()
  }

  #reduce(event: RunEvent): void {
    this.#view = reduceEvent(this.#view, event)
    this.#charts.add(event)
  }

  #update(): void {
    const { download, progress, evaluations } = this.#view
    const isRunning = isLiveState(this.#run.state)
    setText(this.#title, this.#run.name)
    setText(this.#place, [stateText(this.#run, this.#view), this.#run.data, this.#run.model].join(' · '))
    this.#progress.hidden = !isRunning || this.#run.state === 'queued'
    if (download) this.#bar.value = download.size === 0 ? 1 : download.bytes / download.size
    else if (progress) this.#bar.value = progress.step / progress.max_steps
    else this.#bar.removeAttribute('value')
    setText(this.#pace, download ? downloadText(download) : progress ? paceText(this.#view) : l10n.t('Reading model and data…'))
    this.#updateActions()
    setText(this.#cause, this.#causeText())
    this.#cause.hidden = this.#cause.textContent === ''
    this.#updateNotices()

    this.#charts.update(this.#view)
    if (evaluations !== this.#shownEvaluations) this.#epochTable.replaceChildren(...evaluations.length === 0 ? [] : [epochTable(this.#view)])
    this.#shownEvaluations = evaluations

    const isDone = this.#run.state === 'finished' && this.#view.state === 'finished'
    if (isDone && !this.#result) {
      this.#result = new RunResult(this.#run.id, this.#view.best)
      this.#resultPlace.replaceChildren(this.#result.root)
    } else if (!isDone) {
      this.#result = undefined
      this.#resultPlace.replaceChildren()
    }
  }

  #updateActions(): void {
    const { id, state, inUse } = this.#run
    const key = `${state} ${inUse}`
    if (key === this.#actionsFor) return
    this.#actionsFor = key
    const asks = (text: string, type: RunAction, appearance?: 'primary') => {
      const made = button(text, () => {
        made.disabled = !staying.includes(type)
        send({ type, run: id })
      }, appearance)
      return made
    }
    this.#actions.replaceChildren(...this.#actionsOf(state, inUse, asks))
  }

  #actionsOf(state: RunState, inUse: boolean, asks: (text: string, type: RunAction, appearance?: 'primary') => Node): Node[] {
    switch (state) {
      case 'running':
      case 'queued': return [asks(l10n.t('Pause'), 'pause'), asks(l10n.t('Stop'), 'stop'), asks(l10n.t('Show Log'), 'showLog')]
      case 'paused': return [asks(l10n.t('Resume'), 'resume', 'primary'), asks(l10n.t('Stop'), 'stop')]
      case 'finished': return [
        inUse ? element('span', { class: 'in-use' }, l10n.t('In use for Classify Selection')) : asks(l10n.t('Use for Classify Selection'), 'use', 'primary'),
        asks(l10n.t('Run Again with Changes…'), 'again'),
        asks(l10n.t('Publish…'), 'publish'),
      ]
      default: return [asks(l10n.t('Resume'), 'resume', 'primary'), asks(l10n.t('Show Log'), 'showLog')]
    }
  }

  #causeText(): string {
    const { state, cause } = this.#run
    if (state === 'failed' && this.#view.end) return failureText(this.#view.end) ?? ''
    return state === 'interrupted' && cause !== undefined ? l10n.t('Cause: {0}', cause) : ''
  }

  #updateNotices(): void {
    // A resumed run says again what it said when it began.
    const texts = [...new Set(this.#view.notices.map(noticeText))]
    if (texts.join('\n') === Array.from(this.#notices.children, ({ textContent }) => textContent).join('\n')) return
    this.#notices.replaceChildren(...texts.map((text) => element('li', {}, text)))
  }
}

function stateText({ state }: RunHeader, { download, preflight, progress, waiting, end, best }: RunView): string {
  switch (state) {
    case 'running':
      if (download) return l10n.t('downloading from the Hub')
      if (!progress || !preflight) return l10n.t('starting')
      return placeText(progress, Math.ceil(preflight.num_train_epochs))
    case 'queued': return queuedText(waiting)
    case 'paused': return l10n.t('paused after step {0}', format.count(progress?.step ?? 0))
    case 'finished': return best ? l10n.t('finished, best after epoch {0}', format.epoch(best.epoch)) : l10n.t('finished')
    case 'stopped': return l10n.t('stopped after step {0}', format.count(end?.step ?? 0))
    case 'interrupted': return l10n.t('interrupted after step {0}: its process is gone', format.count(progress?.step ?? 0))
    case 'failed': return l10n.t('failed')
  }
}

function placeText({ epoch, step, max_steps }: Progress, epochs: number): string {
  return l10n.t('epoch {0} of {1} · step {2} of {3}', Math.min(Math.floor(epoch) + 1, epochs), epochs, format.count(step), format.count(max_steps))
}

function queuedText(waiting: RunView['waiting']): string {
  const { ahead = 1, behind = null } = waiting?.type === 'queued' ? waiting : {}
  if (ahead > 1) return l10n.t('waits for {0} runs to end', format.count(ahead))
  return behind === null ? l10n.t('waits for another run to end') : l10n.t('waits for {0} to end', printable(behind))
}

/** What a screen reader says of a change. */
function stateSentence(state: RunState): string {
  switch (state) {
    case 'running': return l10n.t('The run is running')
    case 'queued': return l10n.t('The run is queued')
    case 'paused': return l10n.t('The run is paused')
    case 'interrupted': return l10n.t('The run is interrupted')
    case 'stopped': return l10n.t('The run is stopped')
    case 'failed': return l10n.t('The run failed')
    case 'finished': return l10n.t('The run is finished')
  }
}

function downloadText({ name, file, bytes, size }: DownloadEvent): string {
  return [l10n.t('{0} of {1}', format.bytes(bytes), format.bytes(size)), `${name}: ${file}`].join(' · ')
}

function paceText({ progress, preflight }: RunView): string {
  if (!progress || !preflight) return ''
  const { step, max_steps, rows_per_second, eta_seconds } = progress
  const device = preflight.device.toUpperCase()
  return [
    format.wholePercent(Math.floor(100 * step / max_steps) / 100),
    l10n.t('{0} rows/s', format.count(rows_per_second)),
    l10n.t('{0} left', format.duration(eta_seconds)),
    preflight.threads === 1 ? l10n.t('{0}, 1 thread', device) : l10n.t('{0}, {1} threads', device, preflight.threads),
  ].join(' · ')
}
