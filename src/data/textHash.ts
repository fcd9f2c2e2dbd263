/** What a text is known by in places that do not keep it whole. */
import { createHash } from 'node:crypto'

/** sha256 (hex) of a text. Line breaks count as LF: editors and git change them without meaning to. */
export function textHash(text: string): string {
  return createHash('sha256').update(text.replace(/\r\n?/g, '\n')).digest('hex')
}

/** The first characters of a text; a character of two code units is not cut in half. */
export function beginningOf(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '')
}
