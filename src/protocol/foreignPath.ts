/**
 * Paths that a stranger named (the files of a repository, the shards of an index): whether they may be made below a folder of
 * ours, on any system, so that a folder copied to another machine means the same there.
 */

/** CON, NUL, COM1 and others are devices on Windows, also with an ending; so are the superscript digits. */
const device = /^(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i
/** Control characters; what Windows has a meaning for: drives, streams, wildcards; characters that reverse or hide text. */
const forbidden = /[\u0000-\u001f\u007f-\u009f\\:*?"<>|\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]|\p{Surrogate}/u
const longestName = 255

/** Whether a relative path with `/` is plain: it leads below its folder, and is the same name on every system. */
export function isPlainPath(path: string): boolean {
  return path.length <= 1024 && path.split('/').every(isPlainName)
}

/** Whether a name of one file or folder is plain. */
export function isPlainName(name: string): boolean {
  return name !== '' && new TextEncoder().encode(name).length <= longestName && name.trim() === name
    && !name.endsWith('.') && !forbidden.test(name) && !device.test(name)
}

/** A path that is the same file as an earlier one where case and Unicode forms do not count, or is at once a file and a folder; undefined where none is. */
export function clashingPath(paths: readonly string[]): string | undefined {
  const files = new Set<string>()
  const folders = new Map<string, string>()
  for (const path of paths) {
    const names = path.split('/')
    const folded = fold(path)
    if (files.has(folded) || folders.has(folded)) return path
    for (let depth = 1; depth < names.length; depth++) {
      const folder = names.slice(0, depth).join('/')
      const known = folders.get(fold(folder))
      if (files.has(fold(folder)) || (known !== undefined && known !== folder)) return path
      folders.set(fold(folder), folder)
    }
    files.add(folded)
  }
  return undefined
}

function fold(path: string): string {
  return path.normalize('NFKC').toLowerCase().normalize('NFKC')
}
