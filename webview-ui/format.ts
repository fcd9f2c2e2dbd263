/** Numbers as the pages show them, in the person's language. */
const language = document.documentElement.lang || 'en'
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 })
const oneDigit = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })

export function count(value: number): string {
  return whole.format(value)
}

/** `88.3%`. */
export function percent(share: number): string {
  return `${oneDigit.format(share * 100)}%`
}

/** `± 5.3`, in percentage points. */
export function margin(share: number): string {
  return `± ${oneDigit.format(share * 100)}`
}

/** With the four digits of the tutorial's table. */
export function loss(value: number | null): string {
  return value === null ? 'NaN' : value.toFixed(4)
}

/** `12 s`, `5 min 3 s`, `1 h 20 min`. */
export function duration(seconds: number): string {
  const all = Math.max(0, Math.round(seconds))
  const [hours, minutes, rest] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60]
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`
}

/** `2`, `2.5`. */
export function epoch(value: number): string {
  return String(Number(value.toFixed(2)))
}
