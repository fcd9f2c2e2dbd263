/**
 * A row that tries what a stranger's text can try: markup, Markdown, terminal codes, a spreadsheet's formula, paths. It is in the
 * data of every journey, and none of it may ever be more than text.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect } from 'vitest'
import type { VsCode } from './vscode.ts'

const tricks = [
  '=HYPERLINK("https://canary.invalid/formula","x")',
  '<img id="canary-image" src="https://canary.invalid/html.png" onerror="window.canary = 1"><script>window.canary = 1</script>',
  '![x](https://canary.invalid/markdown.png) [x](command:workbench.action.closeWindow) $(trash)',
  '\u001b[31m\u001b]0;canary-title\u0007',
  '../../../../canary-path /tmp/canary-path file:///etc/passwd',
]

export const canaryText = tricks.join(' ')
export const canaryLabel = '<b id="canary-label">=1+1</b> ../../canary-path'

/** A cell of a CSV file. */
export function csvCell(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

/** Every window asks its marketplace about the extensions that are there, even with updates switched off. */
const knownHosts = ['open-vsx.org']

/** That nothing of the row was run, drawn, asked for or written as anything but text. */
export async function expectCanaryCaged({ home, windows, foreignRequests, dialogs }: VsCode): Promise<void> {
  expect(foreignRequests.filter((host) => !knownHosts.includes(host))).toEqual([])
  expect(dialogs).toEqual([])
  for (const frame of windows.flatMap((page) => page.frames())) {
    expect(await frame.locator('[id^="canary-"]').count().catch(() => 0)).toBe(0)
    expect(await frame.evaluate(() => 'canary' in window).catch(() => false)).toBe(false)
  }
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  expect(files.filter((path) => basename(path).startsWith('canary-'))).toEqual([])
  for (const log of files.filter((path) => path.endsWith('.log'))) expect(readFileSync(log, 'utf8')).not.toContain('\u001b]0;canary')
}
