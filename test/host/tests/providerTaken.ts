import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { extension } from './extension.ts'

describe('where another extension has taken the provider huggingface', () => {
  it('a token is asked for without it, kept, and not asked for again', async () => {
    const asked: string[] = []
    const changed = new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>()
    const others: vscode.AuthenticationProvider = {
      onDidChangeSessions: changed.event,
      getSessions: async () => [],
      createSession: async () => { throw new Error(`asked for ${asked.push('session')}`) },
      removeSession: async () => {},
    }
    assert.equal(extension().isActive, false)
    vscode.authentication.registerAuthenticationProvider('huggingface', 'Somebody Else', others)
    await vscode.commands.executeCommand('finetune.signIn')
    await vscode.commands.executeCommand('finetune.signIn')
    assert.equal(extension().isActive, true)
    assert.deepEqual(asked, [])
  })
})
