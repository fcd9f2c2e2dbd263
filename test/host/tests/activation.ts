import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { extension } from './extension.ts'

describe('activation', () => {
  it('waits until something of the extension is used', async () => {
    assert.equal(extension().isActive, false)
    await vscode.commands.executeCommand('finetune.refresh')
    assert.equal(extension().isActive, true)
  })

  it('is of the installed VSIX', () => {
    assert.match(extension().extensionPath, /finetune-extensions-.*finetune\.finetune-/)
  })
})
