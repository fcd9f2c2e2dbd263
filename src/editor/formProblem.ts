/** Mistakes as a form says them: files have short names, columns are chosen, and a flag or a variable of the terminal is no remedy. */
import { basename, isAbsolute } from 'node:path'
import * as vscode from 'vscode'
import { printable } from '../protocol/errors.ts'
import type { Problem } from '../protocol/formMessages.ts'
import { mistakeField } from '../protocol/mistakeField.ts'
import type { Mistake } from '../protocol/workerRequests.ts'
import { mistakeOf, translatedMistake } from './errorText.ts'
import { accessProblem } from './hubAccess.ts'

/** What the Hub has, this machine has not, and nothing is wrong with. */
const away: readonly string[] = ['hub.not-cached', 'hub.partly-cached', 'hub.not-looked-up', 'hub.unreachable']

interface ChosenPaths {
  data: readonly string[]
  evaluation: readonly string[]
}

/** Undefined for an error that is no person's mistake. */
export function formProblem(error: unknown, paths: ChosenPaths): Problem | undefined {
  const mistake = mistakeOf(error)
  return mistake && worded(mistake, paths)
}

export function worded({ message, ...mistake }: Mistake & { message: string }, { data, evaluation }: ChosenPaths): Problem {
  const setting = mistakeField(mistake, evaluation)
  const kept = accessProblem(mistake)
  if (kept) return { setting, ...kept }
  const text = formText(mistake) ?? (translatedMistake(mistake) ?? message).replace(/--(\w+)/g, '$1')
  const short = [...data, ...evaluation].filter((path) => isAbsolute(path)).reduce((said, path) => said.replaceAll(path, basename(path)), text)
  return { setting, text: printable(short), isAway: away.includes(mistake.code) }
}

/** What a form words in its own way. */
function formText({ code, args: { name, endpoint, folder, reason, needed, free } }: Mistake): string | undefined {
  switch (code) {
    case 'data.column-not-found':
    case 'data.column-ambiguous': return vscode.l10n.t('Which columns hold the texts and the labels? Choose them above.')
    case 'hub.no-config-name':
    case 'data.card-subsets': return vscode.l10n.t('It has several subsets: choose one above.')
    case 'hub.not-cached': return vscode.l10n.t('{0} is not on this machine yet, and the Hugging Face Hub is switched off here (HF_HUB_OFFLINE).', name)
    case 'hub.partly-cached': return vscode.l10n.t('Only a part of {0} is on this machine, and the Hugging Face Hub is switched off here (HF_HUB_OFFLINE).', name)
    case 'hub.not-looked-up': return vscode.l10n.t('{0} is not on this machine yet, and {1}', name, reason)
    case 'hub.unreachable': return vscode.l10n.t('{0} cannot be reached now ({1}): check the network and the proxy.', endpoint, reason)
    case 'run.cannot-write': return vscode.l10n.t('{0} cannot be written ({1}): make that place writable, or open another folder.', folder, withoutCall(reason))
    case 'run.no-space': return vscode.l10n.t('The run needs {0} in {1}, and {2} are free there: make room, or keep fewer checkpoints (save_total_limit).', needed, folder, free)
    default: return undefined
  }
}

/** Of `EACCES: permission denied, mkdir '/a/b'` what a person has not been told already. */
function withoutCall(reason: string | number): string {
  return String(reason).replace(/, \w+ '.*/s, '')
}
