/** Context keys: which commands apply to the runs as they are, and which steps of the walkthrough a person has really done. */
import * as vscode from 'vscode'
import { z } from 'zod'
import { hubNews } from '../protocol/formPresets.ts'
import { isLiveState } from '../protocol/panelMessages.ts'
import { quick } from '../protocol/presets.ts'
import type { ContextKey, Milestone } from './contributions.ts'
import { milestones } from './contributions.ts'
import { RunPanel } from './runPanel.ts'
import type { RunEntry, Runs } from './runs.ts'

const storedKey = 'finetune.milestones'
const storedSchema = z.array(z.enum(milestones)).catch([])
/** Data that the form offers: not a person's own. */
const given: readonly string[] = [quick.dataset![0], hubNews.dataset]

export class Contexts implements vscode.Disposable {
  readonly #memory: vscode.Memento
  readonly #values = new Map<ContextKey, boolean>()
  readonly #reached: Set<Milestone>
  readonly #parts: vscode.Disposable[]

  constructor(runs: Runs, memory: vscode.Memento) {
    this.#memory = memory
    this.#reached = new Set(storedSchema.parse(memory.get(storedKey, [])))
    this.#parts = [
      runs.onDidChange(() => this.#follow(runs.list)),
      vscode.window.tabGroups.onDidChangeTabs(({ opened, changed }) => {
        this.#follow(runs.list)
        // A page of VS Code's own, the walkthrough's maybe, has no input that extensions know.
        if ([...opened, ...changed].some(({ input, isActive }) => isActive && input === undefined)) for (const milestone of this.#reached) void tell(milestone)
      }),
    ]
  }

  /** A step of the walkthrough is done, for good. */
  reach(milestone: Milestone): void {
    if (this.#reached.has(milestone)) return
    this.#reached.add(milestone)
    void this.#memory.update(storedKey, [...this.#reached])
    void tell(milestone)
  }

  dispose(): void {
    vscode.Disposable.from(...this.#parts).dispose()
  }

  #follow(list: readonly RunEntry[]): void {
    this.#set('hasRuns', list.length > 0)
    this.#set('hasSeveralRuns', list.length > 1)
    this.#set('hasPastRuns', list.some(({ state }) => !isLiveState(state)))
    this.#set('isTraining', list.some(({ state }) => isLiveState(state)))
    this.#set('canPause', list.some(({ state }) => state === 'running' || state === 'queued'))
    this.#set('hasUnfinished', list.some(({ state }) => state === 'paused' || state === 'stopped' || state === 'interrupted' || state === 'failed'))
    const finished = list.filter(({ state }) => state === 'finished')
    this.#set('hasFinished', finished.length > 0)
    this.#set('hasPublished', finished.some(({ isPublished }) => isPublished))
    // What another machine brought forth, this person need not have done.
    const own = finished.filter(({ isOwn }) => isOwn)
    if (own.length > 0) this.reach('hasTrained')
    if (own.some(({ id }) => RunPanel.isVisible(id))) this.reach('hasSeenResult')
    if (own.some(({ dataset }) => !given.includes(dataset[0]))) this.reach('hasTrainedOnOwnData')
  }

  #set(name: ContextKey, value: boolean): void {
    if (this.#values.get(name) === value) return
    this.#values.set(name, value)
    void vscode.commands.executeCommand('setContext', `finetune.${name}`, value)
  }
}

/**
 * VS Code reads walkthroughs when one is first opened, and a step is done when its key becomes true after that (1.139): a key that was true
 * before is never noticed. So the keys of steps are true for a moment, when a step is done and again when such a page is opened.
 */
async function tell(milestone: Milestone): Promise<void> {
  for (const value of [true, false]) await vscode.commands.executeCommand('setContext', `finetune.${milestone}`, value)
}
