import { expect, test } from 'vitest'
import { fromPanelSchema, isLiveState, toPanelSchema } from '../../src/protocol/panelMessages.ts'

test.each([
  { type: 'ready' },
  { type: 'stop', run: '373b50fd2ebc77c15ca59a89990d7282' },
  { type: 'start', draft: { model: 'choice-1', data: 'choice-2', settings: { num_train_epochs: 3, fp16: false, text_column: 'a "column"', eval_steps: null } } },
  { type: 'classify', run: 'a', request: 1, text: '<img src=x onerror=alert(1)>' },
])('takes a message of the page as it is: $type', (message) => {
  expect(fromPanelSchema.parse(message)).toEqual(message)
})

test.each([
  ['a path for an id', { type: 'stop', run: '../../etc' }],
  ['an absolute path for a model', { type: 'start', draft: { model: '/tmp/model', data: 'choice-2', settings: {} } }],
  ['a command', { type: 'command', command: 'workbench.action.quit' }],
  ['a setting that is a list', { type: 'start', draft: { model: 'choice-1', data: 'choice-2', settings: { dataset: ['/etc/passwd'] } } }],
  ['a text without end', { type: 'classify', run: 'a', request: 1, text: 'x'.repeat(100_001) }],
  ['nothing', undefined],
])('refuses %s', (_, message) => {
  expect(fromPanelSchema.safeParse(message).success).toBe(false)
})

test('what is no event of a run is no message for the page', () => {
  expect(toPanelSchema.safeParse({ type: 'events', events: [{ type: 'checkpoint', time: '2026-01-01T00:00:00.000Z', step: 1, path: 'checkpoint-1' }] }).success).toBe(true)
  expect(toPanelSchema.safeParse({ type: 'events', events: [{ type: 'checkpoint', step: 'one' }] }).success).toBe(false)
})

test('a run is live while a process has it in hand', () => {
  const states = ['running', 'queued', 'paused', 'interrupted', 'stopped', 'failed', 'finished'] as const
  expect(states.filter(isLiveState)).toEqual(['running', 'queued', 'paused'])
})
