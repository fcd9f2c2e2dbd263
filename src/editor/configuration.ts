import * as vscode from 'vscode'
import { settings } from './contributions.ts'
import type { ContributedSettings } from './contributions.ts'

const section = 'finetune'

/** A setting as it stands now. */
export function configured<Name extends keyof ContributedSettings>(name: Name): ContributedSettings[Name] {
  return vscode.workspace.getConfiguration(section).get(name, settings[name])
}

/** The Node that trains and classifies: VS Code's own, unless a person names another. */
export function configuredNode(): string | undefined {
  return configured('nodePath') || undefined
}

export function onDidConfigure(name: keyof ContributedSettings, listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration(`${section}.${name}`)) listener() })
}
