// A panel that is closed while its answer is sought neither throws nor is written to.
import { beforeEach, expect, test, vi } from 'vitest'
import { ComparePanel, namedDifferences } from '../../src/editor/comparePanel.ts'
import { RunPanel } from '../../src/editor/runPanel.ts'
import type { PanelParts } from '../../src/editor/runPanel.ts'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import { quick } from '../../src/protocol/presets.ts'
import { eventually } from '../eventually.ts'
import { EventEmitter, Panel, workspace } from './vscode.ts'

vi.mock('vscode', () => import('./vscode.ts'))
vi.mock('../../src/editor/rowAnswers.ts', () => ({ sendCorrections: async (_: unknown, { id }: { id: string }, send: (answer: unknown) => void) => send(`corrections of ${id}`) }))

let panel: Panel
let refreshed: () => void
let errors: unknown[]
let parts: PanelParts
beforeEach(() => {
  panel = new Panel()
  errors = []
  const refresh = () => new Promise<void>((resolve) => { refreshed = resolve })
  const event = new EventEmitter<void>().event
  parts = {
    dist: '/dist', runs: { onDidChange: event, get: () => undefined, refresh },
    model: { onDidChange: event }, account: { onDidChangeSessions: event }, memory: { get: () => undefined, update: async () => {} },
    training: {}, worker: {}, log: { error: (error: unknown) => errors.push(error) },
  } as unknown as PanelParts
})

test.each(['run', 'compare'])('a %s panel that is closed meanwhile', async (kind) => {
  if (kind === 'run') RunPanel.restore(parts, panel as never, { run: 'r' })
  else ComparePanel.restore(parts, panel as never, ['r', 's'])
  const answered = panel.receive({ type: 'ready' })
  const before = panel.sent.length
  panel.dispose()
  refreshed()
  await expect(answered).resolves.toBeUndefined()
  expect(panel.sent.length).toBe(before)
  expect(errors).toEqual([])
})

test('a run panel says what failed, and nothing once it is closed', async () => {
  RunPanel.restore(parts, panel as never, { news: true })
  await panel.receive({ type: 'stop', run: 'r' })
  expect(panel.sent).toEqual([{ type: 'problem', text: 'no run r' }])
  const answered = panel.receive({ type: 'stop', run: 'r' })
  panel.dispose()
  await expect(answered).resolves.toBeUndefined()
})

test('the corrections of a run are shown once its workspace is trusted', async () => {
  let grant = () => {}
  vi.spyOn(workspace, 'onDidGrantWorkspaceTrust').mockImplementation((listener) => {
    grant = listener
    return { dispose() {} }
  })
  Object.assign(parts.runs, { get: () => ({ id: 'r', state: 'finished' }) })
  RunPanel.restore(parts, panel as never, { run: 'r' })
  grant()
  await eventually(() => expect(panel.sent).toEqual([{ type: 'trust', isWorkspaceTrusted: true }, 'corrections of r']))
})

test('a comparison names models and data, never where they lie', () => {
  const settings = (given: Record<string, unknown>) => checkSettings({ model_name_or_path: '/home/mara/models/mini', dataset: ['/home/mara/tickets.csv'], ...given })
  const runs = [settings({}), settings({ model_name_or_path: '/srv/other', dataset: quick.dataset, validation_file: '/home/mara/held-out.csv', seed: 7 })]
  expect(namedDifferences(runs)).toEqual([
    { setting: 'model_name_or_path', values: ['mini', 'other'] },
    { setting: 'dataset', values: ['tickets.csv', 'News sample'] },
    { setting: 'validation_file', values: ['null', 'held-out.csv'] },
    { setting: 'seed', values: ['42', '7'] },
  ])
})
