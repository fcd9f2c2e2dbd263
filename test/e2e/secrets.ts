/**
 * That what a Hub gave out in secret stays in the secret storage, which in code-server is the browser's; and that what was sent, published
 * and told to pages names neither the person nor their home.
 */
import { expect, onTestFinished } from 'vitest'
import type { LocalHub } from '../hub/hub.ts'
import { Leaks } from '../leaks.ts'
import type { VsCode } from './vscode.ts'

/** What processes of the extension have in their command line: the folder that it is installed in. */
export const extensionFolder = 'finetune.finetune-'

export interface Expected {
  /** Files that are there to hold a token. */
  except?: readonly string[]
  /** So many processes of the extension were looked at, at least. */
  processes: number
}

/** Looks from now on. @param program of the processes that are looked at: all of the person's where none is given. @returns what is to be called at the end */
export function watchSecrets(hub: LocalHub, vscode: VsCode, program?: string): (expected: Expected) => Promise<void> {
  const leaks = new Leaks(hub, vscode.home, program)
  onTestFinished(() => leaks.stop())
  return async ({ except, processes }) => {
    expect(leaks.processesOf(extensionFolder)).toBeGreaterThanOrEqual(processes)
    leaks.say('messages of webviews', vscode.webviewMessages.join('\n'))
    expect(leaks.ofPerson([vscode.home, vscode.user])).toEqual([])
    // These may show their person where files lie.
    for (const frame of vscode.windows.flatMap((page) => page.frames())) leaks.say('windows', await frame.content().catch(() => ''))
    expect(leaks.processesOf('')).toBeGreaterThan(0)
    expect(leaks.ofSecrets([vscode.home], except)).toEqual([])
  }
}
