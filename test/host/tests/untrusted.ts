import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { extension, workspaceFile } from './extension.ts'

describe('a workspace that is not trusted', () => {
  it('has the extension, which starts', async () => {
    assert.equal(vscode.workspace.isTrusted, false)
    await vscode.commands.executeCommand('finetune.refresh')
    assert.equal(extension().isActive, true)
  })

  it('has nothing classified for a language model', async () => {
    await assert.rejects(async () => vscode.lm.invokeTool('classify_text', { input: { texts: ['A text'] }, toolInvocationToken: undefined }))
  })

  it('is previewed, and nothing is trained', async () => {
    const files = readdirSync(workspaceFile('').fsPath)
    await vscode.commands.executeCommand('finetune.fineTuneFile', workspaceFile('tickets.csv'))
    while (vscode.window.tabGroups.all.every(({ tabs }) => tabs.length === 0)) await vscode.commands.executeCommand('finetune.refresh')
    assert.deepEqual(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label)), ['Fine-tune'])
    assert.deepEqual(childrenOfHost().filter((words) => words.includes('trainer.js')), [])
    assert.deepEqual(readdirSync(workspaceFile('').fsPath), files)
  })
})

/** Command lines of the processes that this one started. */
function childrenOfHost(): string[] {
  const path = `/proc/${process.pid}/task/${process.pid}/children`
  const pids = existsSync(path) ? readFileSync(path, 'utf8').trim().split(' ').filter((pid) => pid !== '') : []
  return pids.map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
}
