/**
 * File name patterns as `datasets` (fsspec) reads them, over paths with `/`:
 * `*` and `?` stay within a folder, `**` crosses folders, `[…]` is a set of characters.
 */
const TOKEN = /\*\*\/|\*\*|\*|\?|\[!?[^\]]+\]|[^*?[]+|\[/g

export function globToRegExp(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(TOKEN, translated)}$`, 'su')
}

function translated(token: string): string {
  if (token === '**/') return '(?:.*/)?'
  if (token === '**') return '.*'
  if (token === '*') return '[^/]*'
  if (token === '?') return '[^/]'
  if (token.startsWith('[') && token.length > 1) {
    const isNot = token[1] === '!'
    return `[${isNot ? '^' : ''}${token.slice(isNot ? 2 : 1, -1).replace(/[\\\]^]/g, '\\$&')}]`
  }
  return token.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
}
