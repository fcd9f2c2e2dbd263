/** The sidebar's training view: a native tree, so that keyboard, menus and screen readers work as everywhere. */
import * as vscode from 'vscode'
import { isLiveState } from '../protocol/panelMessages.ts'
import type { ActiveModel } from './activeModel.ts'
import type { RunEntry, Runs } from './runs.ts'
import { groupItem, modelItem, paceItem, restrictedItem, runItem } from './treeItems.ts'
import type { Group } from './treeItems.ts'

/** A heading, a run, the second line of a run that is running, the model in use, or why so little can be done here. */
export type TrainingItem = { group: Group } | { run: string } | { paceOf: string } | { model: string } | { restricted: true }

export class TrainingView implements vscode.TreeDataProvider<TrainingItem>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<TrainingItem | undefined>()
  readonly onDidChangeTreeData = this.#changed.event
  readonly #runs: Runs
  readonly #model: ActiveModel
  /** The second line of each run that is running, so that it alone can be shown anew. */
  readonly #paces = new Map<string, { paceOf: string }>()
  #shown = ''
  readonly #parts: vscode.Disposable[]

  /** @param onShown told whenever a person sees it */
  constructor(runs: Runs, model: ActiveModel, onShown: () => void) {
    this.#runs = runs
    this.#model = model
    const tree = vscode.window.createTreeView('finetune.runs', { treeDataProvider: this, canSelectMany: true })
    const update = () => {
      const live = runs.list.filter(({ state }) => isLiveState(state)).length
      tree.badge = live === 0 ? undefined : { value: live, tooltip: live === 1 ? vscode.l10n.t('1 training') : vscode.l10n.t('{0} trainings', live) }
      this.#update()
    }
    this.#parts = [
      tree, this.#changed, runs.onDidChange(update), model.onDidChange(update), vscode.workspace.onDidGrantWorkspaceTrust(update),
      tree.onDidChangeVisibility(({ visible }) => {
        if (!visible) return
        onShown()
        void runs.refresh()
      }),
    ]
  }

  getChildren(item?: TrainingItem): TrainingItem[] {
    if (item === undefined) return this.#headings()
    if ('group' in item) return item.group === 'model' ? [{ model: this.#model.name ?? '' }] : this.#in(item.group).map(({ id }) => ({ run: id }))
    const run = 'run' in item ? this.#runs.get(item.run) : undefined
    return run?.state === 'running' ? [this.#pace(run.id)] : []
  }

  getTreeItem(item: TrainingItem): vscode.TreeItem {
    if ('group' in item) return groupItem(item.group)
    if ('model' in item) return modelItem(item.model, this.#model.folder)
    if ('restricted' in item) return restrictedItem()
    const run = this.#runs.get('run' in item ? item.run : item.paceOf)
    if (!run) return new vscode.TreeItem('')
    return 'run' in item ? runItem(run, this.#model.isRun(run.id)) : paceItem(run)
  }

  dispose(): void {
    vscode.Disposable.from(...this.#parts).dispose()
  }

  /** What goes on by the second is in lines that cannot be clicked: a click on a line that is drawn anew meanwhile is lost. */
  #update(): void {
    const { list } = this.#runs
    const shown = JSON.stringify([vscode.workspace.isTrusted, this.#model.folder, list.map((run) => runItem(run, this.#model.isRun(run.id)))])
    if (shown !== this.#shown) {
      this.#shown = shown
      return this.#changed.fire(undefined)
    }
    for (const { id, state } of list) if (state === 'running') this.#changed.fire(this.#pace(id))
  }

  #pace(run: string): { paceOf: string } {
    const item = this.#paces.get(run) ?? { paceOf: run }
    this.#paces.set(run, item)
    return item
  }

  /** None in an empty view, which then shows its welcome. */
  #headings(): TrainingItem[] {
    const groups = (['running', 'queued', 'past'] as const).filter((group) => this.#in(group).length > 0)
    if (groups.length === 0 && this.#model.name === undefined) return []
    const isRestricted = !vscode.workspace.isTrusted
    return [...isRestricted ? [{ restricted: true as const }] : [], ...groups.map((group) => ({ group })), ...this.#model.name === undefined ? [] : [{ group: 'model' as const }]]
  }

  /** Those that wait in the order in which their turn comes, the others with the newest first. */
  #in(group: Exclude<Group, 'model'>): RunEntry[] {
    const { list } = this.#runs
    switch (group) {
      case 'running': return list.filter(({ state }) => state === 'running' || state === 'paused')
      case 'queued': return list.filter(({ state }) => state === 'queued').reverse()
      case 'past': return list.filter(({ state }) => !isLiveState(state))
    }
  }
}
