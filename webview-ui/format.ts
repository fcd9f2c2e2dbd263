/** Numbers as the pages show them, in the person's language. */
import * as l10n from '@vscode/l10n'
const language = document.documentElement.lang || 'en'
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 })
const upToTwoDigits = new Intl.NumberFormat(language, { maximumFractionDigits: 2 })
const digits = (places: number, style?: 'percent') => new Intl.NumberFormat(language, { style, minimumFractionDigits: places, maximumFractionDigits: places })
const [oneDigit, fourDigits, shares, wholeShares] = [digits(1), digits(4), digits(1, 'percent'), digits(0, 'percent')]
const threeDigits = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 })

const compactly = new Intl.NumberFormat(language, { notation: 'compact', maximumSignificantDigits: 2 })

export function count(value: number): string {
  return whole.format(value)
}

/** `1.2M`. */
export function compact(value: number): string {
  return compactly.format(value)
}

/** `88.3%`; a dash for what a model has not. */
export function percent(share: number | null): string {
  return share === null ? '–' : shares.format(share)
}

/** `88%`. */
export function wholePercent(share: number): string {
  return wholeShares.format(share)
}

/** A probability; `NaN` of a model that has become NaN. */
export function score(value: number | null): string {
  return value === null ? 'NaN' : percent(value)
}

/** `± 5.3`, in percentage points. */
export function margin(share: number | null): string {
  return share === null ? '' : `± ${oneDigit.format(share * 100)}`
}

/** With the four digits of the tutorial's table. */
export function loss(value: number | null): string {
  return value === null ? 'NaN' : fourDigits.format(value)
}

/** `0.412`, `12.3`: three digits. */
export function short(value: number): string {
  return threeDigits.format(value)
}

/** `2e-5`: three digits of a number that may be very small. */
export function small(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(3)).toExponential())
}

/** `12 s`, `5 min 3 s`, `1 h 20 min`. */
export function duration(seconds: number): string {
  const all = Math.max(0, Math.round(seconds))
  const [hours, minutes, rest] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60]
  if (hours > 0) return l10n.t('{0} h {1} min', hours, minutes)
  return minutes > 0 ? l10n.t('{0} min {1} s', minutes, rest) : l10n.t('{0} s', rest)
}

/** As exact as an estimate is: `15 s`, `3 min`, `1 h 30 min`. */
export function roughDuration(seconds: number): string {
  if (seconds < 90) return l10n.t('{0} s', Math.max(5, Math.ceil(seconds / 5) * 5))
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? l10n.t('{0} min', minutes) : l10n.t('{0} h {1} min', Math.floor(minutes / 60), minutes % 60)
}

/** `2`, `2.5`. */
export function epoch(value: number): string {
  return upToTwoDigits.format(value)
}

/** `62 MB`, `2.1 GB`. */
export function bytes(value: number): string {
  return value < 999.5e6 ? l10n.t('{0} MB', whole.format(Math.ceil(value / 1e6))) : l10n.t('{0} GB', oneDigit.format(value / 1e9))
}
