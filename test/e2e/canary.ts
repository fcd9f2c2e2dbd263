/** That the canary (canaryRow.ts) stayed text. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect } from 'vitest'
import type { VsCode } from './vscode.ts'

/** Every window asks its marketplace about the extensions that are there, even with updates switched off. */
const knownHosts = ['open-vsx.org']

/** That nothing of the row was run, drawn, asked for or said as anything but text. */
export async function expectCanaryCaged({ home, user, windows, foreignRequests, dialogs, canaryDrawn, webviewMessages }: VsCode): Promise<void> {
  expect(foreignRequests.filter((host) => !knownHosts.includes(host))).toEqual([])
  expect(dialogs).toEqual([])
  expect(canaryDrawn).toEqual([])
  for (const frame of windows.flatMap((page) => page.frames())) {
    expect(await frame.locator('[id^="canary-"]').count().catch(() => 0)).toBe(0)
    expect(await frame.evaluate(() => 'canary' in window).catch(() => false)).toBe(false)
  }
  // A page knows names, never where things lie.
  expect(webviewMessages.map(withoutMistakes).filter((message) => message.includes(home) || message.includes(user))).toEqual([])
}

/** Nor written, once nothing writes any more. */
export function expectNoTracks({ home, user }: VsCode): void {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  expect(files.filter((path) => basename(path).startsWith('canary-'))).toEqual([])
  for (const log of files.filter((path) => path.endsWith('.log'))) expect(readFileSync(log, 'utf8')).not.toContain('\u001b]0;canary')
  // Nor does what we log, which people send to others, say where things lie or what the person is called.
  for (const log of files.filter((path) => path.includes('finetune.finetune') && path.endsWith('.log'))) for (const name of [home, user]) expect(readFileSync(log, 'utf8')).not.toContain(name)
}

/** A message of a webview, but for the words of a mistake: they may say where, which a person has to know who is to mend it. */
function withoutMistakes(message: string): string {
  const isWords = (key: string, value: unknown) => ['problem', 'error', 'mistake', 'cause'].includes(key) || (value as { type?: unknown } | null)?.type === 'problem'
  return JSON.stringify(JSON.parse(message), (key, value: unknown) => isWords(key, value) ? null : value)
}
