import { homedir } from 'node:os'
import * as vscode from 'vscode'
import { packageFile } from '../protocol/packageRoot.ts'
import { configured } from './configuration.ts'
import { requireNativeCode } from './nativeCode.ts'
import { usableNode } from './node.ts'
import { proxyVariables } from './proxy.ts'

/** Set Up GPU, in a terminal: there a person sees what is fetched and how far it is, says yes to it, and can stop it. */
export async function setUpGpu(): Promise<void> {
  requireNativeCode()
  const index = configured('packageIndexUrl').trim()
  const terminal = vscode.window.createTerminal({
    name: vscode.l10n.t('Finetune: Set Up GPU'),
    shellPath: await usableNode(),
    shellArgs: [packageFile('dist', 'gpu.js'), 'gpu', 'install', ...index === '' ? [] : ['--index_url', index]],
    // A Python environment in the folder is looked into for libraries: not in a stranger's.
    cwd: vscode.workspace.isTrusted ? undefined : homedir(),
    env: { ...proxyVariables(), ELECTRON_RUN_AS_NODE: '1', HF_TOKEN: null, HUGGING_FACE_HUB_TOKEN: null }, // null: not handed on
  })
  terminal.show()
}
