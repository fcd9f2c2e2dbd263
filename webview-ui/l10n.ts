/**
 * The page's words in the person's language. The editor hands the translations over as data in the page, which are read before
 * any other module of ours runs: this one is imported first.
 */
import * as l10n from '@vscode/l10n'
import { UserError } from '../src/protocol/errors.ts'
import * as format from './format.ts'
import type { EndEvent } from '../src/protocol/events.ts'
import * as translate from '../src/protocol/translate.ts'

l10n.config({ contents: document.querySelector('#l10n')?.textContent || '{}' })

/** For a text that is looked up: of the settings' schema. What is known when this is written stands in `l10n.t('…')`. */
export function translated(text: string): string {
  return l10n.t(text)
}

export function errorText(error: UserError): string {
  return translate.mistakeText(translated, error) ?? error.message
}

/** Why a run failed: in the words of its end where there is no translation. */
export function failureText({ error, mistake }: EndEvent): string | undefined {
  return (mistake && translate.mistakeText(translated, mistake)) ?? error
}

export function noticeText(notice: Parameters<typeof translate.noticeText>[1]): string {
  const args = Object.entries(notice.args).map(([name, value]) => [name, typeof value === 'number' && Number.isInteger(value) ? format.count(value) : value])
  return translate.noticeText(translated, { ...notice, args: Object.fromEntries(args) })
}
