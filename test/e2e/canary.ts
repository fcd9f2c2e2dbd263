/** That the canary (canaryRow.ts) stayed text. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect } from 'vitest'
import type { VsCode } from './vscode.ts'

/** Every window asks its marketplace about the extensions that are there, even with updates switched off. */
const knownHosts = ['open-vsx.org']

/** That nothing of the row was run, drawn, asked for or written as anything but text. */
export async function expectCanaryCaged({ home, windows, foreignRequests, dialogs, webviewMessages }: VsCode): Promise<void> {
  expect(foreignRequests.filter((host) => !knownHosts.includes(host))).toEqual([])
  expect(dialogs).toEqual([])
  for (const frame of windows.flatMap((page) => page.frames())) {
    expect(await frame.locator('[id^="canary-"]').count().catch(() => 0)).toBe(0)
    expect(await frame.evaluate(() => 'canary' in window).catch(() => false)).toBe(false)
  }
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  expect(files.filter((path) => basename(path).startsWith('canary-'))).toEqual([])
  for (const log of files.filter((path) => path.endsWith('.log'))) expect(readFileSync(log, 'utf8')).not.toContain('\u001b]0;canary')
  // A page knows names, never where things lie; nor does what we log, which people send to others.
  expect(webviewMessages.filter((message) => message.includes(home))).toEqual([])
  for (const log of files.filter((path) => path.includes('finetune.finetune') && path.endsWith('.log'))) expect(readFileSync(log, 'utf8')).not.toContain(home)
}
