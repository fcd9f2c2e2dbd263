/** What goes up, as a person sees it before: files, licences, rows of data, and the repository as it is. */
import * as vscode from 'vscode'
import { printable } from '../protocol/errors.ts'
import type { PublicationPreview } from '../protocol/workerRequests.ts'
import { asNotice } from './plainText.ts'
import { sizeText } from './wording.ts'

export interface Target {
  /** `owner/name` */
  repository: string
  private: boolean
}

export interface Publication extends Target {
  /** Rows of the data are shown in the card. */
  withExamples: boolean
}

/** What a person agreed to: who sees it, and the last commit of a repository whose files are written over. */
export interface AgreedPublication extends Publication {
  parentCommit: string | null
}

/** Asks whether exactly this goes up. The card can be read meanwhile. Undefined where the person gave up. */
export async function confirmPublication(publication: Publication, preview: PublicationPreview, endpoint: string): Promise<AgreedPublication | undefined> {
  const { existing } = preview
  const isPrivate = existing?.isPrivate ?? publication.private
  const publish = publishButton(publication, existing)
  const showCard = vscode.l10n.t('Show the Card')
  const show = existing ? vscode.window.showWarningMessage : vscode.window.showInformationMessage
  for (;;) {
    const chosen = await show(asNotice(question(publication, existing, endpoint)), { modal: true, detail: detail(preview) }, publish, showCard)
    if (chosen === publish) return { ...publication, private: isPrivate, parentCommit: existing && !existing.isEmpty ? existing.commit : null }
    if (chosen !== showCard || !await readCard(preview.card)) return undefined
  }
}

function question({ repository, private: isPrivate }: Target, existing: PublicationPreview['existing'], endpoint: string): string {
  const place = `${printable(endpoint)}/${repository}`
  if (existing === null) return isPrivate ? vscode.l10n.t('Publish to {0}, private?', place) : vscode.l10n.t('Publish to {0}, for everybody to see?', place)
  return existing.isPrivate
    ? vscode.l10n.t('Publish to {0}, which is there already, private?', place)
    : vscode.l10n.t('Publish to {0}, which is there already, for everybody to see?', place)
}

function publishButton({ private: isPrivate }: Target, existing: PublicationPreview['existing']): string {
  // Private was chosen: a mere Enter must not make it public.
  if (existing && isPrivate && !existing.isPrivate) return vscode.l10n.t('Publish for Everybody')
  return existing && !existing.isEmpty ? vscode.l10n.t('Write Over Its Files') : vscode.l10n.t('Publish')
}

function detail({ files, examples, existing, base, data }: PublicationPreview): string {
  const license = (text: string | null) => text === null ? vscode.l10n.t('not known') : printable(text)
  return [
    ...existing && !existing.isEmpty ? [
      vscode.l10n.t('Its last commit is {0}. A new commit would write over files of the same names; the older ones stay in its history.', existing.commit.slice(0, 8)),
      '',
    ] : [],
    ...files.map(({ path, bytes }) => vscode.l10n.t('{0}: {1}', path, sizeText(bytes))),
    '',
    vscode.l10n.t('Licence of the base model {0}: {1}', printable(base.name), license(base.license)),
    vscode.l10n.t('Licence of the data {0}: {1}', printable(data.name), license(data.license)),
    examples === 0 ? vscode.l10n.t('No rows of data go up.') : vscode.l10n.t('Rows of data that go up, in the card: {0}', examples),
  ].join('\n')
}

/** Shows the card until the person goes on; false where they gave up. */
async function readCard(card: string): Promise<boolean> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content: card }))
  const goOn = vscode.l10n.t('Go On')
  const placeHolder = vscode.l10n.t('This is the card. Nothing is sent yet.')
  return await vscode.window.showQuickPick([goOn], { title: vscode.l10n.t('Publish on Hugging Face'), placeHolder, ignoreFocusOut: true }) === goOn
}
