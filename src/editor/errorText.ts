import * as vscode from 'vscode'
import { ResponseError } from 'vscode-jsonrpc/node'
import { UserError, printable } from '../protocol/errors.ts'
import { mistakeText } from '../protocol/translate.ts'
import type { Mistake } from '../protocol/workerRequests.ts'

/** What is told of an error: a mistake in the person's language, also one that the worker answered with. */
export function errorText(error: unknown): string {
  const mistake = error instanceof UserError ? error : error instanceof ResponseError ? error.data as Mistake | undefined : undefined
  return (mistake && translatedMistake(mistake)) ?? printable((error as Error).message)
}

export function translatedMistake(mistake: Mistake): string | undefined {
  return mistakeText((text) => vscode.l10n.t(text), mistake)
}
