/** That what a Hub gave out in secret stays in the secret storage, which in code-server is the browser's. */
import { expect, onTestFinished } from 'vitest'
import type { LocalHub } from '../hub/hub.ts'
import { Leaks } from '../leaks.ts'
import type { VsCode } from './vscode.ts'

/** Looks from now on. @returns what is to be called at the end; `except` are files that are there to hold a token */
export function watchSecrets(hub: LocalHub, vscode: VsCode): (except?: readonly string[]) => Promise<void> {
  const leaks = new Leaks(hub, vscode.home)
  onTestFinished(() => leaks.stop())
  return async (except) => {
    leaks.say('messages of webviews', vscode.webviewMessages.join('\n'))
    for (const frame of vscode.windows.flatMap((page) => page.frames())) leaks.say('windows', await frame.content().catch(() => ''))
    expect(leaks.processesOf('')).toBeGreaterThan(0)
    expect(leaks.ofSecrets([vscode.home], except)).toEqual([])
  }
}
