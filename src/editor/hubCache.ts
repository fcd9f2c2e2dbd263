/** Hub Cache…: what was downloaded from the Hugging Face Hub, which runs use it, and taking some of it off the disk. */
import { existsSync } from 'node:fs'
import * as vscode from 'vscode'
import { printable } from '../protocol/errors.ts'
import { freedRequest, hubCacheRequest, removeCachedRequest } from '../protocol/workerRequests.ts'
import type { CachedRevisions, HubCacheView } from '../protocol/workerRequests.ts'
import { readRunRecord } from '../runs/runRecord.ts'
import type { ActiveModel } from './activeModel.ts'
import { requireNativeCode } from './nativeCode.ts'
import type { RunEntry, Runs } from './runs.ts'
import { asLabel, asNotice } from './plainText.ts'
import type { WorkerClient } from './workerClient.ts'
import { day, sizeText } from './wording.ts'

type CachedRepository = HubCacheView['repositories'][number]

interface RevisionItem extends vscode.QuickPickItem {
  revision?: { repository: CachedRepository, commit: string }
}

/** A commit that a run has read, by run. */
type Uses = ReadonlyMap<string, RunEntry[]>

export async function showHubCache({ worker, runs, model }: { worker: WorkerClient, runs: Runs, model: ActiveModel }): Promise<void> {
  requireNativeCode() // it tells whether another process holds a file
  const { folder, repositories } = await worker.request(hubCacheRequest, null)
  const uses = await usesOf(runs)
  const bytes = repositories.reduce((sum, repository) => sum + repository.bytes, 0)
  if (repositories.length === 0) return void vscode.window.showInformationMessage(vscode.l10n.t('Nothing of the Hugging Face Hub is on this machine.'))
  const chosen = await vscode.window.showQuickPick(itemsOf(repositories, uses), {
    canPickMany: true, matchOnDescription: true, matchOnDetail: true,
    title: vscode.l10n.t('Hub Cache: {0} in {1}', sizeText(bytes), printable(folder)), placeHolder: vscode.l10n.t('Tick what is to be deleted from this machine'),
  })
  const revisions = chosen?.flatMap(({ revision }) => revision ?? []) ?? []
  if (revisions.length === 0) return
  const asked = byRepository(revisions)
  const freed = await worker.request(freedRequest, asked)
  if (!await isConfirmed(revisions, freed, uses)) return
  const removed = await worker.request(removeCachedRequest, asked)
  if (model.folder !== undefined && !existsSync(model.folder)) await model.forget()
  void vscode.window.showInformationMessage(asNotice(vscode.l10n.t('{0} are free now.', sizeText(removed))))
}

async function usesOf(runs: Runs): Promise<Uses> {
  await runs.refresh()
  const uses = new Map<string, RunEntry[]>()
  for (const run of runs.list) {
    const { model, dataset } = (await readRunRecord(run.folder))?.origins ?? {}
    for (const origin of [model, dataset]) if (origin) uses.set(origin.commit, [...uses.get(origin.commit) ?? [], run])
  }
  return uses
}

/** A repository after the other, the largest first; each of its revisions can be ticked. */
function itemsOf(repositories: readonly CachedRepository[], uses: Uses): RevisionItem[] {
  return repositories.flatMap((repository) => [
    { label: repository.type === 'model' ? vscode.l10n.t('model') : vscode.l10n.t('dataset'), kind: vscode.QuickPickItemKind.Separator },
    ...repository.revisions.map(({ commit, refs, bytes }): RevisionItem => ({
      label: asLabel(repository.id),
      description: vscode.l10n.t('{0} · last used {1}', sizeText(bytes), day(new Date(repository.used).toISOString())),
      detail: [[...refs, commit.slice(0, 12)].map(printable).join(' '), useText(uses.get(commit) ?? [])].join(' · '),
      revision: { repository, commit },
    })),
  ])
}

function useText(runs: readonly RunEntry[]): string {
  const [unfinished, finished] = [false, true].map((isFinished) => runs.filter(({ state }) => (state === 'finished') === isFinished).map(({ name }) => asLabel(name)).join(', '))
  if (unfinished !== '') return vscode.l10n.t('needed to go on with {0}', unfinished)
  return finished === '' ? vscode.l10n.t('no run here uses it') : vscode.l10n.t('was used by {0}', finished)
}

async function isConfirmed(revisions: readonly { repository: CachedRepository, commit: string }[], freed: number, uses: Uses): Promise<boolean> {
  const lines = revisions.map(({ repository: { id }, commit }) => `${printable(id)} ${commit.slice(0, 12)} · ${useText(uses.get(commit) ?? [])}`)
  const remove = vscode.l10n.t('Delete')
  const question = vscode.l10n.t('Delete this from the cache of the Hub? {0} will be free.', sizeText(freed))
  const detail = [...lines, '', vscode.l10n.t('Other programs of this machine that use the Hugging Face Hub share this cache. What is needed again is downloaded again.')].join('\n')
  return await vscode.window.showWarningMessage(asNotice(question), { modal: true, detail }, remove) === remove
}

function byRepository(revisions: readonly { repository: CachedRepository, commit: string }[]): CachedRevisions[] {
  const repositories = [...new Set(revisions.map(({ repository }) => repository))]
  return repositories.map((repository) => ({ type: repository.type, id: repository.id, commits: revisions.filter((each) => each.repository === repository).map(({ commit }) => commit) }))
}
