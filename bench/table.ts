/** Numbers for people. */
import type { Spread } from './spread.ts'

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)))
  return all.map((row) => row.map((cell, column) => column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column] + 2)).join('')).join('\n')
}

/** A row of a table with the columns `min`, `median`, `max`. */
export function spreadRow(name: string, { min, median, max }: Spread): string[] {
  return [name, ...[min, median, max].map((value) => value.toFixed(2))]
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`
}

export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`
}
