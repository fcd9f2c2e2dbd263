import * as vscode from 'vscode'

/** The installed VSIX. */
export function extension(): vscode.Extension<unknown> {
  const installed = vscode.extensions.getExtension('finetune.finetune')
  if (!installed) throw new Error('the extension is not installed')
  return installed
}

export function workspaceFile(name: string): vscode.Uri {
  return vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0].uri, name)
}
