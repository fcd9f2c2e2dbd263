import * as vscode from 'vscode'
import { settings } from './contributions.ts'
import type { ContributedSettings } from './contributions.ts'

const section = 'finetune'

/** A setting as it stands now. */
export function configured<Name extends keyof ContributedSettings>(name: Name): ContributedSettings[Name] {
  return vscode.workspace.getConfiguration(section).get(name, settings[name])
}

export function onDidConfigure(name: keyof ContributedSettings, listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration(`${section}.${name}`)) listener() })
}
