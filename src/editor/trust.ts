import * as vscode from 'vscode'

/** For all but looking at runs. Menus hide it in an untrusted workspace; pages and keys could still ask for it. */
export function requireTrust(): void {
  if (!vscode.workspace.isTrusted) throw new Error(vscode.l10n.t('Training and classifying need a trusted workspace.'))
}
