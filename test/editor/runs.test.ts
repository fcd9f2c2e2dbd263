// The list of runs: what changed while it was read is not missed, what nobody looks at is not followed, and open folders are looked into.
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Runs, runId } from '../../src/editor/runs.ts'
import type { RunSummary } from '../../src/runs/runIndex.ts'
import { eventually } from '../eventually.ts'
import * as editor from './vscode.ts'

vi.mock('vscode', () => import('./vscode.ts'))
const disk = vi.hoisted(() => ({ list: [] as unknown[], found: [] as unknown[], readings: [] as (() => void)[], isHeld: false, tails: new Map<string, AbortSignal>() }))
vi.mock('../../src/runs/runIndex.ts', async (original) => ({
  ...await original<object>(),
  indexFolder: () => index,
  listRuns: async () => {
    const { list } = disk
    if (disk.isHeld) await new Promise<void>((resolve) => disk.readings.push(resolve))
    return list
  },
}))
vi.mock('../../src/runs/findRuns.ts', () => ({ findRuns: async () => disk.found }))
vi.mock('../../src/runs/tailEvents.ts', () => ({
  tailEvents: async (folder: string, _: unknown, signal: AbortSignal) => {
    disk.tails.set(folder, signal)
    if (folder.endsWith('broken')) throw new Error('no such disk')
  },
}))

const index = realpathSync(mkdtempSync(join(tmpdir(), 'finetune-runs-')))
process.on('exit', () => rmSync(index, { recursive: true, force: true }))
const summary = (name: string, state: RunSummary['state'], created = '2026-01-01T00:00:00.000Z'): RunSummary => ({
  folder: join(index, name), state, created, model_name_or_path: '/m', dataset: ['/d.csv'], accuracy: null,
})
let runs: Runs
const errors: unknown[] = []
beforeEach(() => {
  mkdirSync(index, { recursive: true })
  Object.assign(disk, { list: [], found: [], readings: [], isHeld: false, tails: new Map() })
  errors.length = 0
  runs = new Runs({ error: (error: unknown) => errors.push(error) } as never)
})
afterEach(() => runs.dispose())

test('who asks while the list is read gets a reading that begins after that', async () => {
  disk.isHeld = true
  const first = runs.refresh()
  await eventually(() => expect(disk.readings).toHaveLength(1))
  disk.list = [summary('a', 'finished')]
  const [second, third] = [runs.refresh(), runs.refresh()]
  disk.readings[0]()
  await first
  expect(runs.list).toEqual([])
  await eventually(() => expect(disk.readings).toHaveLength(2))
  disk.readings[1]()
  await Promise.all([second, third])
  expect(runs.get(runId(join(index, 'a')))).toMatchObject({ name: 'a', state: 'finished', isOwn: true, isPublished: false })
  expect(disk.readings).toHaveLength(2)
})

test('a run is followed while it goes on or is looked at, and no longer', async () => {
  disk.list = [summary('a', 'running'), summary('b', 'running')]
  await runs.refresh()
  const [a, b] = ['a', 'b'].map((name) => disk.tails.get(join(index, name))!)
  const looking = runs.follow(join(index, 'a'), () => {})
  disk.list = [summary('a', 'stopped'), summary('b', 'stopped')]
  await runs.refresh()
  expect([a.aborted, b.aborted]).toEqual([false, true])
  looking.dispose()
  await runs.refresh()
  expect(a.aborted).toBe(true)
})

test('why a run cannot be followed is in the log', async () => {
  disk.list = [summary('broken', 'running')]
  await runs.refresh()
  await eventually(() => expect(errors).toEqual([new Error('no such disk')]))
})

test('runs of the open folders are listed with this user\'s own', async () => {
  editor.workspace.workspaceFolders = [{ uri: { fsPath: index } }]
  disk.list = [summary('own', 'finished', '2026-01-02T00:00:00.000Z')]
  disk.found = [summary('brought', 'finished', '2026-01-03T00:00:00.000Z'), summary('old', 'running', '2026-01-01T00:00:00.000Z')]
  await runs.refresh()
  expect(runs.list.map(({ name, isOwn }) => [name, isOwn])).toEqual([['brought', false], ['own', true], ['old', false]])
})
