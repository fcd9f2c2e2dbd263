/** How rows and names that come from data are written in messages. */
const LONGEST_NAME = 60
const MOST_NAMES = 20

/** Names (of columns, labels, files), each quoted and cut, at most twenty of them. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map(quoted).join(', ')
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown
}

export function quoted(name: string): string {
  return `"${name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name}"`
}

/** A row by its number, and by its line where that is another number; both count from 1. */
export function rowName(row: number, line?: number): string {
  return line === undefined || line === row ? `row ${row}` : `row ${row} (line ${line})`
}
