// Names of files, labels and messages of runs come from anyone: where the editor reads a markup, they say none.
import { expect, test } from 'vitest'
import { asLabel, asNotice } from '../../src/editor/plainText.ts'

/** What notifications make links of (VS Code's linkedText.ts). */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i

test('a notification has no link', () => {
  const hostile = 'a [click](command:workbench.action.quit) b [x](https://x.test "t")\u001b[31m'
  expect(hostile).toMatch(link)
  expect(asNotice(hostile)).toBe('a [click] (command:workbench.action.quit) b [x] (https://x.test "t") [31m')
  expect(asNotice(hostile)).not.toMatch(link)
})

test('a label has no icon', () => {
  expect(asLabel('$(error) failed\u0007 $(sync~spin)')).toBe('$ (error) failed  $ (sync~spin)')
  expect(asLabel('costs $5 (net)')).toBe('costs $5 (net)')
})
