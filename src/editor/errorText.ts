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
  return publishText(mistake) ?? mistakeText((text) => vscode.l10n.t(text), mistake)
}

/** What is mended by Publish… here, and in a terminal by an option of the command. */
function publishText({ code, args: { name } }: Mistake): string | undefined {
  switch (code) {
    case 'publish.exists': return vscode.l10n.t('There is a repository {0} with files already: choose another name, or publish the finished run with Publish…, which can write over them.', name)
    case 'publish.is-public': return vscode.l10n.t('There is a repository {0} that everybody can see, and this is to be private: choose another name, or public.', name)
    default: return undefined
  }
}
