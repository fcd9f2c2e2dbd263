// A second run waits for the first one, whose process dies.
import { join } from 'node:path'
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { fillTicketForm, manyEpochs, start, trainOnTickets } from './ticketForm.ts'
import { openTrainingView, panel, untilFinished } from './window.ts'
import { events, record, stepOf } from './workspace.ts'

journey('a second run waits its turn, and has it when the process of the first one is killed', {}, async ({ page, workspace }) => {
  const [first, second] = ['tickets-finetuned', 'tickets-finetuned-2'].map((name) => join(workspace, name))
  await openTrainingView(page)
  await trainOnTickets(page, manyEpochs)
  await fillTicketForm(page)
  await start(page)
  await panel(page).getByText(/^waits for another run to end/).waitFor()
  await page.getByRole('treeitem', { name: /tickets-finetuned-2, queued/ }).waitFor()
  expect(record(second).state).toBe('queued')
  expect(stepOf(second)).toBe(0)

  process.kill(record(first).process.pid, 'SIGKILL')
  await untilFinished(page)
  await page.getByRole('treeitem', { name: /tickets-finetuned, interrupted/ }).waitFor()
  expect(record(second).state).toBe('finished')
  expect(events(second).filter((event) => event.type === 'queued')).toMatchObject([{ ahead: 1, behind: first }, { ahead: 0 }])
})
