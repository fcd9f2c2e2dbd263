import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { extension } from './extension.ts'

interface Contributed {
  commands: { command: string }[]
  views: Record<string, { id: string }[]>
  configuration?: { properties: Record<string, { scope?: string }> }
}

/** Settings whose value is a place, a program or somebody to speak to: a workspace may not say them. */
const machineOnly = /path|folder|cache|executable|library|node|endpoint|url|client/i

describe('contributions', () => {
  const { commands, views, configuration } = extension().packageJSON.contributes as Contributed

  it('are the commands that the code registers', async () => {
    await extension().activate()
    const ofViews = Object.values(views).flat().map(({ id }) => `${id}.`)
    const registered = (await vscode.commands.getCommands(true)).filter((name) => name.startsWith('finetune.') && !ofViews.some((prefix) => name.startsWith(prefix)))
    assert.deepEqual(registered.sort(), commands.map(({ command }) => command).sort())
  })

  it('are settings of which a workspace says none that names a path, a program or a server', () => {
    const open = Object.entries(configuration?.properties ?? {}).filter(([name, { scope }]) => machineOnly.test(name) && !scope?.startsWith('machine'))
    assert.deepEqual(open, [])
  })
})
