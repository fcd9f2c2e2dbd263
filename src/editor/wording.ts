/** Quantities and states as the editor's views say them. */
import * as vscode from 'vscode'
import type { Progress } from '../protocol/events.ts'
import type { RunState } from '../protocol/panelMessages.ts'

/** `88.3%`. */
export function percent(share: number): string {
  return new Intl.NumberFormat(vscode.env.language, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(share)
}

/** `88%`. */
export function wholePercent(share: number): string {
  return new Intl.NumberFormat(vscode.env.language, { style: 'percent', maximumFractionDigits: 0 }).format(share)
}

/** `1,204`; `0.312` with three digits. */
export function decimal(value: number, digits = 0): string {
  return new Intl.NumberFormat(vscode.env.language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)
}

/** `850 kB`, `62 MB`, `2.1 GB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1e6) return vscode.l10n.t('{0} kB', Math.ceil(bytes / 1e3))
  return bytes < 999.5e6 ? vscode.l10n.t('{0} MB', Math.ceil(bytes / 1e6)) : vscode.l10n.t('{0} GB', decimal(bytes / 1e9, 1))
}

/** `12 s`, `5 min`, `1 h 20 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return vscode.l10n.t('{0} s', whole)
  const minutes = Math.round(whole / 60)
  if (minutes < 60) return vscode.l10n.t('{0} min', minutes)
  return vscode.l10n.t('{0} h {1} min', Math.floor(minutes / 60), minutes % 60)
}

/** `today 14:02`, `yesterday`, `3 May`. */
export function day(time: string, now = new Date()): string {
  const then = new Date(time)
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime()
  if (then.getTime() >= midnight) return vscode.l10n.t('today {0}', then.toLocaleTimeString(vscode.env.language, { hour: '2-digit', minute: '2-digit' }))
  if (then.getTime() >= midnight - 86_400_000) return vscode.l10n.t('yesterday')
  return then.toLocaleDateString(vscode.env.language, { day: 'numeric', month: 'short', year: then.getFullYear() === now.getFullYear() ? undefined : 'numeric' })
}

/** `58% · epoch 2/3`. */
export function place({ epoch, step, max_steps }: Progress, epochs: number): string {
  return vscode.l10n.t('{0}% · epoch {1}/{2}', Math.floor(100 * step / max_steps), ...epochOf(epoch, epochs))
}

/** `epoch 2/3`. */
export function epochText({ epoch }: Progress, epochs: number): string {
  return vscode.l10n.t('epoch {0}/{1}', ...epochOf(epoch, epochs))
}

function epochOf(epoch: number, epochs: number): [number, number] {
  return [Math.min(Math.floor(epoch) + 1, Math.ceil(epochs)), Math.ceil(epochs)]
}

/** `step 44/75`. */
export function stepText({ step, max_steps }: Progress): string {
  return vscode.l10n.t('step {0}/{1}', decimal(step), decimal(max_steps))
}

/** `step 44/75 · loss 0.312 · 48 min left`. */
export function pace(progress: Progress): string {
  const { loss, eta_seconds } = progress
  return vscode.l10n.t('{0} · loss {1} · {2} left', stepText(progress), loss === null ? 'NaN' : decimal(loss, 3), duration(eta_seconds))
}

export function stateName(state: RunState): string {
  switch (state) {
    case 'running': return vscode.l10n.t('running')
    case 'queued': return vscode.l10n.t('queued')
    case 'paused': return vscode.l10n.t('paused')
    case 'interrupted': return vscode.l10n.t('interrupted')
    case 'stopped': return vscode.l10n.t('stopped')
    case 'failed': return vscode.l10n.t('failed')
    case 'finished': return vscode.l10n.t('finished')
  }
}
