// Which commands apply, and which steps of the walkthrough are done, by the runs that there are.
import { beforeEach, expect, test, vi } from 'vitest'
import { Contexts } from '../../src/editor/contexts.ts'
import type { RunEntry } from '../../src/editor/runs.ts'
import { hubNews } from '../../src/protocol/formPresets.ts'
import { quick } from '../../src/protocol/presets.ts'
import * as editor from './vscode.ts'

const set = vi.hoisted(() => new Map<string, boolean>())
vi.mock('vscode', async () => ({
  ...await import('./vscode.ts'),
  commands: { executeCommand: async (_: string, key: string, value: boolean) => set.set(key, value) },
}))

let reached: string[]
const changed = new editor.EventEmitter<void>()
let list: Partial<RunEntry>[]
beforeEach(() => {
  set.clear()
  list = []
  reached = []
  editor.window.tabGroups = { onDidChangeTabs: () => ({ dispose() {} }) }
  const memory = { get: (_: string, standard: unknown) => standard, update: async (_: string, value: string[]) => { reached = value } }
  new Contexts({ onDidChange: changed.event, get list() { return list } } as never, memory as never)
})

const finished: Partial<RunEntry> = { id: 'r', state: 'finished', isOwn: true, isPublished: false, dataset: quick.dataset as string[] }
function show(...runs: Partial<RunEntry>[]): void {
  list = runs
  changed.fire()
}
const of = (...names: string[]) => names.map((name) => set.get(`finetune.${name}`))

test('what can be done with finished and with published runs', () => {
  show({ ...finished, state: 'stopped' })
  expect(of('hasRuns', 'hasFinished', 'hasPublished')).toEqual([true, false, false])
  show(finished)
  expect(of('hasFinished', 'hasPublished')).toEqual([true, false])
  show({ ...finished, isPublished: true })
  expect(of('hasFinished', 'hasPublished')).toEqual([true, true])
})

test('training on a person\'s own data is neither the built-in sample nor the News of the Hub, nor what another machine did', () => {
  show({ ...finished, isOwn: false, dataset: ['/mine.csv'] })
  expect(reached).toEqual([])
  show(finished, { ...finished, dataset: [hubNews.dataset] })
  expect(reached).toEqual(['hasTrained'])
  show({ ...finished, dataset: ['/mine.csv'] })
  expect(reached).toEqual(['hasTrained', 'hasTrainedOnOwnData'])
})
