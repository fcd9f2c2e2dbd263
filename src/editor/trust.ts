import * as vscode from 'vscode'

/** For what runs programs on files of the workspace. Menus hide it in an untrusted one; pages and keys could still ask for it. */
export function requireTrust(): void {
  if (!vscode.workspace.isTrusted) throw new Error(vscode.l10n.t('Training and classifying need a trusted workspace.'))
}
