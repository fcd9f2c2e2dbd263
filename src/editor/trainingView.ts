/** The sidebar's training view: a native tree, so that keyboard, menus and screen readers work as everywhere. */
import * as vscode from 'vscode'
import { isLiveState } from '../protocol/panelMessages.ts'
import type { ActiveModel } from './activeModel.ts'
import type { RunEntry, Runs } from './runs.ts'
import { day, pace, percent, place, stateName } from './wording.ts'

type Group = 'running' | 'past'
/** A heading, a run, or the second line of a run that is running. */
export type TrainingItem = { group: Group } | { run: string } | { paceOf: string }

export class TrainingView implements vscode.TreeDataProvider<TrainingItem>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>()
  readonly onDidChangeTreeData = this.#changed.event
  readonly #runs: Runs
  readonly #model: ActiveModel
  readonly #parts: vscode.Disposable[]

  constructor(runs: Runs, model: ActiveModel) {
    this.#runs = runs
    this.#model = model
    const tree = vscode.window.createTreeView('finetune.runs', { treeDataProvider: this })
    const update = () => {
      const running = runs.list.filter(({ state }) => isLiveState(state)).length
      tree.badge = running === 0 ? undefined : { value: running, tooltip: running === 1 ? vscode.l10n.t('1 training') : vscode.l10n.t('{0} trainings', running) }
      this.#changed.fire()
    }
    this.#parts = [tree, this.#changed, runs.onDidChange(update), model.onDidChange(update), tree.onDidChangeVisibility(({ visible }) => { if (visible) void runs.refresh() })]
  }

  getChildren(item?: TrainingItem): TrainingItem[] {
    const running = this.#runs.list.filter(({ state }) => isLiveState(state))
    const past = this.#runs.list.filter(({ state }) => !isLiveState(state))
    if (item === undefined) {
      return [...running.length > 0 ? [{ group: 'running' as const }] : [], ...past.length > 0 ? [{ group: 'past' as const }] : []]
    }
    if ('group' in item) return (item.group === 'running' ? running : past).map(({ id }) => ({ run: id }))
    const run = 'run' in item ? this.#runs.get(item.run) : undefined
    return run && isLiveState(run.state) ? [{ paceOf: run.id }] : []
  }

  getTreeItem(item: TrainingItem): vscode.TreeItem {
    if ('group' in item) return heading(item.group)
    const id = 'run' in item ? item.run : item.paceOf
    const run = this.#runs.get(id)
    if (!run) return new vscode.TreeItem('')
    return 'run' in item ? this.#runItem(run) : paceItem(run)
  }

  dispose(): void {
    vscode.Disposable.from(...this.#parts).dispose()
  }

  #runItem(run: RunEntry): vscode.TreeItem {
    const isRunning = isLiveState(run.state)
    const item = new vscode.TreeItem(run.name, isRunning ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None)
    // An item of its own, so that it begins unfolded.
    item.id = isRunning ? `${run.id}/live` : run.id
    item.contextValue = run.state
    item.iconPath = this.#icon(run)
    item.description = isRunning ? runningText(run) : pastText(run)
    item.tooltip = tooltip(run)
    const spoken = [run.name, stateName(run.state), ...this.#model.isRun(run.id) ? [vscode.l10n.t('in use')] : [], item.description]
    item.accessibilityInformation = { label: spoken.join(', ') }
    item.command = { command: 'finetune.openRun', title: vscode.l10n.t('Open Run'), arguments: [{ run: run.id }] }
    return item
  }

  #icon({ id, state }: RunEntry): vscode.ThemeIcon {
    if (this.#model.isRun(id)) return new vscode.ThemeIcon('star-full', new vscode.ThemeColor('charts.yellow'))
    switch (state) {
      case 'running': return new vscode.ThemeIcon('loading~spin')
      case 'queued': return new vscode.ThemeIcon('watch')
      case 'paused': return new vscode.ThemeIcon('debug-pause')
      case 'finished': return new vscode.ThemeIcon('pass', new vscode.ThemeColor('charts.green'))
      case 'failed': return new vscode.ThemeIcon('error', new vscode.ThemeColor('charts.red'))
      case 'stopped': return new vscode.ThemeIcon('circle-slash')
      case 'interrupted': return new vscode.ThemeIcon('warning', new vscode.ThemeColor('charts.orange'))
    }
  }
}

function heading(group: Group): vscode.TreeItem {
  const item = new vscode.TreeItem(group === 'running' ? vscode.l10n.t('Running') : vscode.l10n.t('Runs'), vscode.TreeItemCollapsibleState.Expanded)
  item.id = group
  return item
}

function runningText({ state, view }: RunEntry): string {
  if (state !== 'running') return stateName(state)
  if (!view?.progress || !view.preflight) return vscode.l10n.t('starting')
  return place(view.progress, view.preflight.num_train_epochs)
}

function paceItem({ id, view }: RunEntry): vscode.TreeItem {
  const item = new vscode.TreeItem('', vscode.TreeItemCollapsibleState.None)
  item.id = `${id}/pace`
  item.description = view?.progress ? pace(view.progress) : vscode.l10n.t('reading model and data')
  return item
}

/** Plain text: names come from folders and files of anyone. */
function tooltip(run: RunEntry): string {
  return [
    run.name,
    vscode.l10n.t('Model: {0}', run.model),
    vscode.l10n.t('Data: {0}', run.data),
    vscode.l10n.t('State: {0}', stateName(run.state)),
    ...run.accuracy === null ? [] : [vscode.l10n.t('Accuracy: {0}', percent(run.accuracy))],
    run.folder,
  ].join('\n')
}

function pastText({ state, accuracy, model, data, created }: RunEntry): string {
  return [accuracy === null ? undefined : percent(accuracy), state === 'finished' ? undefined : stateName(state), data, model, day(created)].filter((part) => part !== undefined).join(' · ')
}
