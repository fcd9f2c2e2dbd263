/** What the command prints of a reference. */
import { table } from '../src/cli/table.ts'
import { passes, type Check } from './check.ts'

export interface Result {
  checks: Check[]
  /** What a reader of the table should know. */
  notes: string[]
}

export function passed({ checks }: Result): boolean {
  return checks.every(passes)
}

export function reportLines(title: string, result: Result): string[] {
  const rows = result.checks.map((check) => [check.quantity, number(check.error), check.tolerance === undefined ? 'none' : number(check.tolerance), verdict(check), check.where])
  return [
    `${passed(result) ? 'PASS' : 'FAIL'}  ${title}`,
    ...table([['quantity', 'largest error', 'tolerance', '', 'where'], ...rows], [1, 2]).map((line) => `  ${line}`),
    ...result.notes.map((note) => `  ${note}`),
  ]
}

function verdict(check: Check): string {
  if (check.tolerance === undefined) return 'shown'
  return passes(check) ? 'ok' : 'OUT'
}

function number(value: number): string {
  return value === 0 || Number.isInteger(value) ? String(value) : value.toExponential(1)
}
