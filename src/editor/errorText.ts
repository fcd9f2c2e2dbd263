import * as vscode from 'vscode'
import { ResponseError } from 'vscode-jsonrpc/node'
import { UserError, printable } from '../protocol/errors.ts'
import { mistakeText } from '../protocol/translate.ts'
import type { Mistake } from '../protocol/workerRequests.ts'
import type { EndCause } from '../runs/endCause.ts'

/** What is told of an error: a mistake in the person's language, also one that the worker answered with. */
export function errorText(error: unknown): string {
  const mistake = mistakeOf(error)
  return (mistake && translatedMistake(mistake)) ?? printable((error as Error).message)
}

/** Why a run failed or was interrupted, on one line. */
export function causeText(cause: EndCause): string {
  if ('signal' in cause) return signalText(printable(cause.signal))
  return ('mistake' in cause ? translatedMistake(cause.mistake) : undefined) ?? printable(cause.message)
}

function signalText(signal: string): string {
  return signal === 'SIGKILL' ? vscode.l10n.t('killed ({0}), by somebody or by the system for want of memory', signal) : vscode.l10n.t('ended by {0}', signal)
}

/** A person's mistake, also one that a process of ours answered with; undefined for a bug. */
export function mistakeOf(error: unknown): Mistake & { message: string } | undefined {
  if (error instanceof UserError) return error
  return error instanceof ResponseError && error.data ? { ...error.data as Mistake, message: error.message } : undefined
}

export function translatedMistake(mistake: Mistake): string | undefined {
  return mistakeText((text) => vscode.l10n.t(text), mistake)
}
