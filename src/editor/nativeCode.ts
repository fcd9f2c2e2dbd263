/** Training and classifying take native code. The universal package has none: it is for platforms that ONNX Runtime is not made for. */
import { existsSync } from 'node:fs'
import * as vscode from 'vscode'
import { packageFile } from '../protocol/packageRoot.ts'
import type { ContextKey } from './contributions.ts'

/** Whether this package carries the native files of its platform. */
export function hasNativeCode(): boolean {
  return existsSync(packageFile('dist', 'node_modules', 'onnxruntime-node'))
}

/** Lets the view say why nothing can be trained, and menus hide what cannot be done. */
export async function showWhetherSupported(): Promise<void> {
  await vscode.commands.executeCommand('setContext', `finetune.${'isUnsupported' satisfies ContextKey}`, !hasNativeCode())
}

/** For what a page or a key could still ask for where menus hide it. */
export function requireNativeCode(): void {
  if (!hasNativeCode()) throw new Error(vscode.l10n.t('This package of Finetune has no native code, so it cannot train or classify here: ONNX Runtime is made for Linux with glibc, macOS on Apple silicon and Windows.'))
}
