/** Markdown from texts of anyone: a label or a file's name is never markup. */
import { printable } from '../protocol/errors.ts'

/**
 * A text as Markdown shows it, letter by letter, within a line: whatever could begin markup, a link or HTML is written as a character
 * reference.
 */
export function plain(text: string): string {
  return printable(text).replace(/[!-+:-@[-`{-~]|(?<=www)\./gi, (character) => `&#${character.charCodeAt(0)};`)
}

/** A table; its cells are Markdown. Columns of numbers stand to the right. */
export function markdownTable(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const isNumber = header.map((_, column) => rows.every((row) => /^[-\d.,% ]*$/.test(String(row[column]))))
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [line(header), line(isNumber.map((right) => right ? '---:' : '---')), ...rows.map(line)].join('\n')
}
