import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import * as vscode from 'vscode'
import { commandNames } from '../../../src/editor/contributions.ts'
import type { CommandName } from '../../../src/editor/contributions.ts'

/** What a key, another extension or a stale menu could hand over. */
const strange = [undefined, null, 42, 'text', {}, { run: 'none' }, { run: '../../etc' }, { group: 'past' }, vscode.Uri.file('/nowhere/rows.csv')]

/** What they open is a form, which is there to be filled in. */
const opening: readonly CommandName[] = ['fineTuneNews', 'fineTuneFile']

/** They ask in a dialog of VS Code's own and in a terminal, which no test here can answer. */
const asking = ['signIn', 'setUpGpu']

describe('a command that does not apply', () => {
  let files: string[]
  before(async () => { files = await filesOfWorkspace() })

  for (const name of commandNames.filter((name) => !asking.includes(name))) {
    it(`${name} ends without an exception, whatever it is given`, async () => {
      for (const argument of strange) await dismissed(vscode.commands.executeCommand(`finetune.${name}`, argument))
      await dismissed(vscode.commands.executeCommand(`finetune.${name}`, {}, strange))
      assert.deepEqual([...new Set(openTabs())], opening.includes(name) ? ['Fine-tune'] : [])
      await vscode.commands.executeCommand('workbench.action.closeAllEditors')
    })
  }

  it('begins no run, deletes none, and opens no terminal', async () => {
    assert.deepEqual(await filesOfWorkspace(), files)
    assert.ok(files.includes('model'), 'the run of the terminal is one of them')
    assert.deepEqual(vscode.window.terminals, [])
  })
})

function openTabs(): string[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).map(({ label }) => label)
}

async function filesOfWorkspace(): Promise<string[]> {
  return (await vscode.workspace.fs.readDirectory(vscode.workspace.workspaceFolders![0].uri)).map(([name]) => name).sort()
}

/** Waits for a command while what it asks is left unanswered. */
async function dismissed(command: Thenable<unknown>): Promise<void> {
  let hasEnded = false
  const ended = Promise.resolve(command).finally(() => { hasEnded = true })
  ended.catch(() => {}) // it is awaited below
  while (!hasEnded) for (const close of ['workbench.action.closeQuickOpen', 'notifications.clearAll']) await vscode.commands.executeCommand(close)
  await ended
}
