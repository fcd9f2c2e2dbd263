import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { commandNames } from '../../../src/editor/contributions.ts'

/** What a key, another extension or a stale menu could hand over. */
const strange = [undefined, null, 42, 'text', {}, { run: 'none' }, { run: '../../etc' }, { group: 'past' }, vscode.Uri.file('/nowhere/rows.csv')]

/** They ask in a dialog of VS Code's own and in a terminal, which no test here can answer. */
const asking = ['signIn', 'setUpGpu']

describe('a command that does not apply', () => {
  for (const name of commandNames.filter((name) => !asking.includes(name))) {
    it(`${name} ends without an exception, whatever it is given`, async () => {
      for (const argument of strange) await dismissed(vscode.commands.executeCommand(`finetune.${name}`, argument))
      await dismissed(vscode.commands.executeCommand(`finetune.${name}`, {}, strange))
      await vscode.commands.executeCommand('workbench.action.closeAllEditors')
    })
  }

  it('leaves nothing behind that would answer', async () => {
    await vscode.commands.executeCommand('finetune.refresh')
    assert.equal(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).length, 0)
  })
})

/** Waits for a command while what it asks is left unanswered. */
async function dismissed(command: Thenable<unknown>): Promise<void> {
  let hasEnded = false
  const ended = Promise.resolve(command).finally(() => { hasEnded = true })
  ended.catch(() => {}) // it is awaited below
  while (!hasEnded) for (const close of ['workbench.action.closeQuickOpen', 'notifications.clearAll']) await vscode.commands.executeCommand(close)
  await ended
}
