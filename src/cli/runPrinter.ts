/** Shows a run in a terminal while its events come: preflight, a live bar under a growing table, the end. */
import type { WriteStream } from 'node:tty'
import { bestMetric } from '../protocol/bestMetric.ts'
import { printable } from '../protocol/errors.ts'
import type { DownloadEvent, EndEvent, EvaluateEvent, Preflight, Progress, QueuedEvent, RunEvent } from '../protocol/events.ts'
import { problemTypeOf } from '../protocol/evaluation.ts'
import { reduceEvent } from '../protocol/runView.ts'
import type { RunView } from '../protocol/runView.ts'
import type { Settings } from '../protocol/settings.ts'
import { downloadBar, downloadLine, isDownloadLineDue } from './downloadText.ts'
import { dataLine, nearPath, preflightLine, settingsLines } from './preflightText.ts'
import { isLineDue, progressBar, progressLine } from './progressBar.ts'
import { countText } from './units.ts'
import { accuracyText, epochText, evaluationHeader, evaluationReport, evaluationRow } from './table.ts'
import type { RowUnit } from './table.ts'

/** A terminal, or a file or pipe: those get occasional lines instead of a bar. */
export type Output = Pick<WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>

const toStartOfLine = '\r'
const eraseToEndOfLine = '\u001b[K'

export interface RunPrinterOptions {
  settings: Settings
  /** The line above the settings. */
  title: string
  /** The run as earlier processes left it, where this one may go on with it. */
  earlier: RunView
}

export class RunPrinter {
  #view: RunView
  readonly #output: Output
  readonly #settings: Settings
  readonly #title: string
  readonly #unit: RowUnit
  /** The bar on the terminal's last line, drawn again under each line that is printed. */
  #bar = ''
  #lastLine?: Progress
  #lastDownload?: DownloadEvent
  #hasHeader = false

  constructor(output: Output, { settings, title, earlier }: RunPrinterOptions) {
    this.#output = output
    this.#view = earlier
    this.#settings = settings
    this.#title = title
    this.#unit = settings.eval_strategy === 'steps' ? 'Step' : 'Epoch'
  }

  /** The run by all events so far. */
  get view(): RunView {
    return this.#view
  }

  event(event: RunEvent): void {
    this.#view = reduceEvent(this.#view, event)
    if (event.type === 'progress' || event.type === 'evaluate') this.#header(event)
    switch (event.type) {
      case 'download': return this.#download(event)
      case 'preflight': return this.#preflight(event)
      case 'notice': return this.print(printable(event.text))
      case 'queued': return this.print(queuedLine(event))
      case 'paused': return this.print(`Paused after step ${event.step}, with a checkpoint.`)
      case 'resume': return this.print(`Going on after step ${event.step}.`)
      case 'progress': return this.#progress(event)
      case 'evaluate': return this.print(evaluationRow(event, this.#unit))
      case 'end': return this.#end(event)
    }
  }

  /** Prints lines above the bar. */
  print(...lines: string[]): void {
    const erase = this.#bar && toStartOfLine + eraseToEndOfLine
    this.#output.write(erase + lines.map((line) => `${line}\n`).join('') + this.#bar)
  }

  /** Takes the bar away, also where a run ended without saying so. */
  close(): void {
    if (this.#bar) this.#output.write(toStartOfLine + eraseToEndOfLine)
    this.#bar = ''
  }

  #download(download: DownloadEvent): void {
    if (this.#output.isTTY) this.#draw(downloadBar(download, this.#output.columns ?? 80))
    else if (isDownloadLineDue(download, this.#lastDownload)) {
      this.#lastDownload = download
      this.print(downloadLine(download))
    }
  }

  #draw(bar: string): void {
    this.#bar = bar
    this.#output.write(toStartOfLine + bar + eraseToEndOfLine)
  }

  #preflight(preflight: Preflight): void {
    this.close()
    this.print(this.#title, ...settingsLines(this.#settings), '', preflightLine(preflight), dataLine(preflight))
  }

  /** Begins the table when the first step is done, with the rows of earlier processes. */
  #header(event: Progress | EvaluateEvent): void {
    if (this.#hasHeader) return
    this.#hasHeader = true
    const earlier = this.#view.evaluations.filter((evaluation) => evaluation !== event)
    if (this.#settings.eval_strategy !== 'no') this.print('', evaluationHeader(this.#unit, this.#view.preflight?.problem_type ?? 'single_label_classification'), ...earlier.map((evaluation) => evaluationRow(evaluation, this.#unit)))
  }

  #progress(progress: Progress): void {
    if (this.#output.isTTY) {
      this.#draw(progressBar(progress, this.#output.columns ?? 80))
    } else if (isLineDue(progress, this.#lastLine)) {
      this.#lastLine = progress
      this.print(progressLine(progress))
    }
  }

  #end(end: EndEvent): void {
    this.close()
    if (end.outcome === 'finished') this.#finished()
  }

  #finished(): void {
    const { best } = this.#view
    const { load_best_model_at_end, output_dir } = this.#settings
    const by = best && bestMetric(this.#settings, problemTypeOf(best)).metric
    if (best?.eval_accuracy === null) this.print('', `Best by ${by}: ${this.#place(best)}. ${evaluationReport(best)[0]}.`)
    else if (best) this.print('', `Best by ${by}: ${this.#place(best)}, accuracy ${accuracyText(best)} over ${countText(best.eval_rows, 'row')} (± is its 95% interval).`)
    this.print(`The ${best && load_best_model_at_end ? 'best' : 'last'} model is in ${printable(nearPath(output_dir))}.`)
  }

  #place({ epoch, step }: EvaluateEvent): string {
    return this.#unit === 'Epoch' ? `epoch ${epochText(epoch)}` : `step ${step}`
  }
}

/** One training at a time: what this one waits for. */
function queuedLine({ ahead, behind }: QueuedEvent): string {
  if (ahead === 0) return 'Now it is this run\'s turn.'
  const run = behind === null ? 'another run' : `the run in ${printable(nearPath(behind))}`
  return `Waiting for ${run} to end${ahead > 1 ? ` (${ahead} runs come first)` : ''}; Ctrl-C leaves the queue.`
}
