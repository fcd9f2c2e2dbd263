/** Where training stands, as one line: a bar for a terminal, words for a log file. */
import type { Progress } from '../protocol/events.ts'
import { clockText, durationText } from './units.ts'

const widest = 30

/** ` 42% ━━━━━━────────  63/150  loss 0.8123  412 rows/s  0:12 left`, never wider than `columns`. */
export function progressBar(progress: Progress, columns: number): string {
  const share = Math.min(1, progress.step / progress.max_steps)
  const percent = `${Math.floor(share * 100)}%`.padStart(4)
  const facts = `${stepsText(progress)}  loss ${lossText(progress.loss)}  ${rateText(progress)}  ${clockText(progress.eta_seconds)} left`
  const width = Math.min(widest, columns - percent.length - facts.length - 4)
  const done = Math.round(share * width)
  const bar = width > 0 ? `${'━'.repeat(done)}${'─'.repeat(width - done)}  ` : ''
  return `${percent} ${bar}${facts}`.slice(0, columns - 1)
}

/** `step  63/150, epoch 1.26: loss 0.8123, 412 rows/s, 12 s left`. */
export function progressLine(progress: Progress): string {
  return `step ${stepsText(progress)}, epoch ${progress.epoch.toFixed(2)}: loss ${lossText(progress.loss)}, ${rateText(progress)}, ${durationText(progress.eta_seconds)} left`
}

/** Whether a log file is due another line: with each tenth of the steps, at the last step, and once a minute. */
export function isLineDue(progress: Progress, last: Progress | undefined): boolean {
  if (!last || progress.step < last.step || progress.step === progress.max_steps) return true
  const tenth = ({ step, max_steps }: Progress) => Math.floor(step * 10 / max_steps)
  return tenth(progress) > tenth(last) || Date.parse(progress.time) - Date.parse(last.time) >= 60_000
}

/** A loss with the four digits of the tutorial's table; what is no number is said to be none. */
export function lossText(loss: number | null): string {
  if (loss === null) return 'NaN'
  return loss < 1e6 ? loss.toFixed(4) : loss.toExponential(4)
}

function stepsText({ step, max_steps }: Progress): string {
  return `${String(step).padStart(String(max_steps).length)}/${max_steps}`
}

function rateText({ rows_per_second }: Progress): string {
  return `${rows_per_second < 10 ? rows_per_second.toFixed(1) : Math.round(rows_per_second)} rows/s`
}
