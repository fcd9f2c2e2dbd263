/** The order of Python's `sorted` on strings: by code point (JavaScript's own order is by UTF-16 unit; UTF-8 bytes sort as code points do). */
export function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
