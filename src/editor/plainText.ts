/** A stranger's text, such as the name of a file or a label, where the editor reads a markup. */
import { printable } from '../protocol/errors.ts'

/** For notifications: they make a link of `[words](address)`, which may be a command. */
export function asNotice(text: string): string {
  return printable(text).replaceAll('](', '] (')
}

/** For labels, descriptions and the status bar: they make an icon of `$(name)`. */
export function asLabel(text: string): string {
  return printable(text).replaceAll('$(', '$ (')
}
