/** The runs of this user, and those in the open folders, as views show them: followed by their events, told apart by ids. */
import { createHash } from 'node:crypto'
import { mkdirSync, watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import * as vscode from 'vscode'
import { printable } from '../protocol/errors.ts'
import type { RunEvent } from '../protocol/events.ts'
import { isLiveState } from '../protocol/panelMessages.ts'
import { quick } from '../protocol/presets.ts'
import { emptyRun, reduceEvent } from '../protocol/runView.ts'
import type { RunView } from '../protocol/runView.ts'
import { crashOf, failureOf } from '../runs/endCause.ts'
import { findRuns } from '../runs/findRuns.ts'
import { readPublishRecord } from '../runs/publishRecord.ts'
import { indexFolder, listRuns, newestFirst } from '../runs/runIndex.ts'
import type { RunSummary } from '../runs/runIndex.ts'
import { tailEvents } from '../runs/tailEvents.ts'
import { connectTrainer } from '../runs/trainerClient.ts'
import { causeText } from './errorText.ts'
import type { Log } from './log.ts'

export interface RunEntry extends RunSummary {
  /** What pages call it: a hash of its folder. */
  id: string
  name: string
  model: string
  data: string
  /** By its events so far, where the run is followed. */
  view?: RunView
  /** Why it failed or was interrupted, once that is known. */
  cause?: string
  /** Whether this user made it, on this machine: others are found in the open folders. */
  isOwn: boolean
  isPublished: boolean
}

type Found = Pick<RunEntry, keyof RunSummary | 'id' | 'isOwn' | 'isPublished'>

/** How often is asked whether a run that says it is running still lives. */
const lifeCheckMilliseconds = 3000

/** Events after which the list may tell another state. */
const stateChanges: readonly RunEvent['type'][] = ['preflight', 'queued', 'paused', 'resume', 'end']

export class Runs implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>()
  /** The list, or what is known of one of its runs. */
  readonly onDidChange = this.#changed.event
  readonly #ended = new vscode.EventEmitter<RunEntry>()
  /** A run that a process had in hand ended: state `finished`, `stopped`, `failed`, or `interrupted` where its process died. */
  readonly onDidEnd = this.#ended.event
  readonly #follows = new Map<string, Follow>()
  /** By folder: of runs that failed or were interrupted. */
  readonly #causes = new Map<string, string | undefined>()
  readonly #log: Log
  /** By id, in their order. */
  #runs = new Map<string, Found>()
  #reading: Promise<void> = Promise.resolve()
  /** A reading that has not begun yet. */
  #next: Promise<void> | undefined
  readonly #timer: NodeJS.Timeout
  readonly #index: FSWatcher | undefined
  #change: NodeJS.Timeout | undefined
  readonly #folders: vscode.Disposable

  constructor(log: Log) {
    this.#log = log
    this.#timer = setInterval(() => {
      if (this.#isAnyLive()) this.#lookAgain()
    }, lifeCheckMilliseconds)
    this.#index = this.#watchIndex()
    this.#folders = vscode.workspace.onDidChangeWorkspaceFolders(() => this.#lookAgain())
  }

  /** The newest first. */
  get list(): RunEntry[] {
    return [...this.#runs.values()].map((found) => this.#entry(found))
  }

  get(id: string): RunEntry | undefined {
    const found = this.#runs.get(id)
    return found && this.#entry(found)
  }

  /** Reads the list anew: a reading under way may have passed what has changed since, so another follows it, which all calls share. */
  refresh(): Promise<void> {
    this.#next ??= this.#reading = this.#reading.catch(() => undefined).then(() => {
      this.#next = undefined
      return this.#refresh()
    })
    return this.#next
  }

  /** Resolves when the run in a folder is listed, which is shortly after its trainer has begun. */
  async untilListed(folder: string): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      await this.refresh()
      if (this.get(runId(folder))) return
      await setTimeout(100)
    }
    throw new Error(`the run in ${folder} is not listed`)
  }

  /** Hands on the run's events from its beginning, then those that come. With `restarted`, those so far no longer hold. */
  follow(folder: string, onEvents: (events: readonly RunEvent[], restarted: boolean) => void): vscode.Disposable {
    const follow = this.#follow(folder)
    follow.users++
    onEvents(follow.events, true)
    const listening = follow.onEvents(({ events, restarted }) => onEvents(events, restarted))
    return vscode.Disposable.from(listening, { dispose: () => { follow.users-- } })
  }

  dispose(): void {
    clearInterval(this.#timer)
    this.#index?.close()
    this.#folders.dispose()
    clearTimeout(this.#change)
    for (const follow of this.#follows.values()) follow.dispose()
    this.#changed.dispose()
    this.#ended.dispose()
  }

  async #refresh(): Promise<void> {
    const before = new Map(this.list.map((run) => [run.id, run.state]))
    const places = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath)
    const own = await listRuns(undefined, isTraining)
    const ownFolders = new Set(own.map(({ folder }) => folder))
    const summaries = [...own, ...await findRuns(places, ownFolders, isTraining)].sort(newestFirst)
    const found = await Promise.all(summaries.map(async (run) => ({
      ...run, id: runId(run.folder), isOwn: ownFolders.has(run.folder), isPublished: await isPublished(run),
    })))
    this.#runs = new Map(found.map((run) => [run.id, run]))
    for (const { folder, state } of summaries) if (isLiveState(state)) this.#follow(folder)
    this.#dropFollows()
    await Promise.all(summaries.map((run) => this.#findCause(run)))
    this.#changed.fire()
    for (const run of this.list) {
      const old = before.get(run.id)
      if (old !== undefined && isLiveState(old) && !isLiveState(run.state)) this.#ended.fire(run)
    }
  }

  async #findCause({ folder, state }: RunSummary): Promise<void> {
    if (state !== 'failed' && state !== 'interrupted') return void this.#causes.delete(folder)
    if (this.#causes.get(folder) !== undefined) return
    const cause = state === 'failed' ? await failureOf(folder) : await crashOf(folder)
    this.#causes.set(folder, cause && causeText(cause))
  }

  #isAnyLive(): boolean {
    return [...this.#runs.values()].some(({ state }) => isLiveState(state))
  }

  #lookAgain(): void {
    this.refresh().catch((error) => this.#log.error(error))
  }

  /** Those of runs that have ended and that nobody looks at. */
  #dropFollows(): void {
    for (const [folder, follow] of this.#follows) {
      const found = this.#runs.get(runId(folder))
      if (follow.users > 0 || found && isLiveState(found.state)) continue
      follow.dispose()
      this.#follows.delete(folder)
    }
  }

  /** Tells of runs that another window or a terminal begins. Where the system watches no more folders, the view is refreshed by hand. */
  #watchIndex(): FSWatcher | undefined {
    try {
      mkdirSync(indexFolder(), { recursive: true })
      return watch(indexFolder(), () => this.#lookAgain()).on('error', () => {})
    } catch {
      return undefined
    }
  }

  #follow(folder: string): Follow {
    const known = this.#follows.get(folder)
    if (known) return known
    const follow = new Follow(folder, this.#log)
    this.#follows.set(folder, follow)
    follow.onEvents(({ events }) => {
      if (events.some(({ type }) => stateChanges.includes(type))) this.#lookAgain()
      this.#changeSoon()
    })
    return follow
  }

  /** Steps may come by the hundred a second: views need not. */
  #changeSoon(): void {
    this.#change ??= globalThis.setTimeout(() => {
      this.#change = undefined
      this.#changed.fire()
    }, 250)
  }

  #entry(found: Found): RunEntry {
    const { folder, state, model_name_or_path, dataset } = found
    const view = this.#follows.get(folder)?.view
    return {
      ...found,
      // Its record says paused until it has the device again.
      state: state === 'paused' && view?.waiting?.type === 'queued' ? 'queued' : state,
      name: printable(basename(folder)),
      model: modelName(model_name_or_path),
      data: dataName(dataset),
      view,
      cause: this.#causes.get(folder),
    }
  }
}

async function isPublished({ folder, state }: RunSummary): Promise<boolean> {
  return state === 'finished' && (await readPublishRecord(folder))?.state === 'published'
}

/** A run folder that is read while it is written. */
class Follow implements vscode.Disposable {
  readonly events: RunEvent[] = []
  /** Who shows them. */
  users = 0
  view = emptyRun
  readonly #read = new vscode.EventEmitter<{ events: RunEvent[], restarted: boolean }>()
  readonly onEvents = this.#read.event
  readonly #stop = new AbortController()

  constructor(folder: string, log: Log) {
    tailEvents(folder, (events, restarted) => this.#add(events, restarted), this.#stop.signal).catch((error) => log.error(error))
  }

  dispose(): void {
    this.#stop.abort()
    this.#read.dispose()
  }

  #add(events: RunEvent[], restarted: boolean): void {
    if (restarted) {
      this.events.length = 0
      this.view = emptyRun
    }
    for (const event of events) {
      this.events.push(event)
      this.view = reduceEvent(this.view, event)
    }
    this.#read.fire({ events, restarted })
  }
}

export function runId(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 32)
}

export function modelName(path: string): string {
  return path === quick.model_name_or_path ? 'news-mini' : printable(basename(path))
}

export function dataName(dataset: readonly string[]): string {
  if (dataset.length === 1 && dataset[0] === quick.dataset[0]) return vscode.l10n.t('News sample')
  return printable(dataset.map((path) => basename(path)).join(', '))
}

/** Whether a process trains in a folder: it answers there. (The run's lock would tell too, but takes native code to ask.) */
async function isTraining(folder: string): Promise<boolean> {
  const trainer = await connectTrainer(folder)
  trainer?.close()
  return trainer !== undefined
}
