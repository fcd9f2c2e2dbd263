import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { extension } from './extension.ts'

describe('activation', () => {
  it('comes once the window has started, and with the first use of a command', async () => {
    // Runs that went on without a window are shown again, and their ends told, before anybody asks.
    assert.deepEqual(extension().packageJSON.activationEvents, ['onStartupFinished'])
    await vscode.commands.executeCommand('finetune.refresh')
    assert.equal(extension().isActive, true)
  })

  it('is of the installed VSIX', () => {
    assert.match(extension().extensionPath, /finetune-extensions-.*finetune\.finetune-/)
  })
})
