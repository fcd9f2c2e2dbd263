/** How the training view shows a run. Names come from folders and files of anyone: all of it is plain text. */
import * as vscode from 'vscode'
import { printable } from '../protocol/errors.ts'
import type { RunEntry } from './runs.ts'
import { day, epochText, pace, percent, stateName, stepText } from './wording.ts'

export type Group = 'running' | 'queued' | 'past' | 'model'

export function groupItem(group: Group): vscode.TreeItem {
  const item = new vscode.TreeItem(groupName(group), vscode.TreeItemCollapsibleState.Expanded)
  item.id = group
  return item
}

/** @param isInUse whether Classify Selection uses it */
export function runItem(run: RunEntry, isInUse: boolean): vscode.TreeItem {
  const isRunning = run.state === 'running'
  const item = new vscode.TreeItem(run.name, isRunning ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None)
  // An item of its own, so that it begins unfolded.
  item.id = isRunning ? `${run.id}/live` : run.id
  item.contextValue = run.state !== 'finished' ? run.state : ['finished', ...isInUse ? ['inUse'] : [], ...run.isPublished ? ['published'] : []].join('-')
  item.iconPath = isInUse ? new vscode.ThemeIcon('star-full', new vscode.ThemeColor('charts.yellow')) : icon(run)
  item.description = description(run)
  item.tooltip = tooltip(run, isInUse)
  const spoken = [run.name, stateName(run.state), ...isInUse ? [vscode.l10n.t('in use')] : [], item.description]
  item.accessibilityInformation = { label: spoken.join(', ') }
  item.command = { command: 'finetune.openRun', title: vscode.l10n.t('Open Run'), arguments: [{ run: run.id }] }
  return item
}

/** The second line of a run that is running: what changes by the second. */
export function paceItem({ id, view }: RunEntry): vscode.TreeItem {
  const item = new vscode.TreeItem('', vscode.TreeItemCollapsibleState.None)
  item.id = `${id}/pace`
  item.description = paceText(view)
  item.tooltip = view?.progress ? vscode.l10n.t('{0} rows/s', Math.round(view.progress.rows_per_second)) : undefined
  item.accessibilityInformation = { label: item.description }
  return item
}

export function modelItem(name: string, folder: string | undefined): vscode.TreeItem {
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.None)
  item.id = 'model/name'
  item.contextValue = 'model'
  item.iconPath = new vscode.ThemeIcon('tag')
  item.tooltip = folder === undefined ? '' : printable(folder)
  item.accessibilityInformation = { label: vscode.l10n.t('Model in use: {0}', name) }
  return item
}

export function restrictedItem(): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Restricted Mode'), vscode.TreeItemCollapsibleState.None)
  item.id = 'restricted'
  item.description = vscode.l10n.t('Manage Trust')
  item.tooltip = vscode.l10n.t('Data and runs can be looked at. Training and classifying run programs on files of this folder, so they need a trusted workspace.')
  item.accessibilityInformation = { label: `${item.label}: ${item.tooltip} ${item.description}` }
  item.iconPath = new vscode.ThemeIcon('shield')
  item.command = { command: 'workbench.trust.manage', title: vscode.l10n.t('Manage Trust') }
  return item
}

function groupName(group: Group): string {
  switch (group) {
    case 'running': return vscode.l10n.t('Running')
    case 'queued': return vscode.l10n.t('Queued')
    case 'past': return vscode.l10n.t('Runs')
    case 'model': return vscode.l10n.t('Model in Use')
  }
}

function icon({ state }: RunEntry): vscode.ThemeIcon {
  switch (state) {
    case 'running': return new vscode.ThemeIcon('loading~spin')
    case 'queued': return new vscode.ThemeIcon('watch')
    case 'paused': return new vscode.ThemeIcon('debug-pause')
    case 'finished': return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'))
    case 'failed': return new vscode.ThemeIcon('error', new vscode.ThemeColor('problemsErrorIcon.foreground'))
    case 'stopped': return new vscode.ThemeIcon('circle-slash')
    case 'interrupted': return new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground'))
  }
}

function description({ state, view, accuracy, cause, model, data, created }: RunEntry): string {
  switch (state) {
    case 'running':
      return view?.progress && view.preflight ? epochText(view.progress, view.preflight.num_train_epochs) : vscode.l10n.t('starting')
    case 'paused': return view?.progress ? vscode.l10n.t('paused · {0}', stepText(view.progress)) : stateName(state)
    case 'queued': return view?.waiting?.type === 'queued' ? vscode.l10n.t('{0} ahead', view.waiting.ahead) : stateName(state)
    default: {
      const outcome = state === 'finished' ? undefined : cause === undefined ? stateName(state) : `${stateName(state)}: ${cause}`
      const parts = [accuracy === null ? undefined : percent(accuracy), outcome, data, model, day(created)]
      return parts.filter((part) => part !== undefined).join(' · ')
    }
  }
}

function paceText(view: RunEntry['view']): string {
  if (view?.download) return vscode.l10n.t('downloading, {0}', percent(view.download.size === 0 ? 1 : view.download.bytes / view.download.size))
  return view?.progress ? pace(view.progress) : vscode.l10n.t('reading model and data')
}

function tooltip(run: RunEntry, isInUse: boolean): string {
  return [
    run.name,
    vscode.l10n.t('Model: {0}', run.model),
    vscode.l10n.t('Data: {0}', run.data),
    vscode.l10n.t('State: {0}', stateName(run.state)),
    ...run.cause === undefined ? [] : [vscode.l10n.t('Cause: {0}', run.cause)],
    ...run.view?.progress && run.state !== 'running' ? [stepText(run.view.progress)] : [],
    ...run.accuracy === null ? [] : [vscode.l10n.t('Accuracy: {0}', percent(run.accuracy))],
    ...isInUse ? [vscode.l10n.t('Classify Selection uses it')] : [],
    printable(run.folder),
  ].join('\n')
}
