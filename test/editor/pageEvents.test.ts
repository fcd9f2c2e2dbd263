import { expect, test } from 'vitest'
import { pageEvents } from '../../src/editor/pageEvents.ts'
import type { RunEvent } from '../../src/protocol/events.ts'

const time = '2026-01-01T00:00:00.000Z'

test('a page hears the names of runs, and no command with folders in it', () => {
  const events: RunEvent[] = [
    { type: 'queued', time, ahead: 1, behind: '/home/mara/work/first' },
    { type: 'queued', time, ahead: 1, behind: 'C:\\Users\\mara\\work\\first' },
    { type: 'queued', time, ahead: 0, behind: null },
    { type: 'end', time, outcome: 'stopped', step: 3, best_step: null, resume_command: 'finetune train --output_dir /home/mara/work/run' },
  ]
  const heard = pageEvents(events)
  expect(heard.flatMap((event) => event.type === 'queued' ? [event.behind] : [])).toEqual(['first', 'first', null])
  expect(JSON.stringify(heard)).not.toContain('mara')
})
