// A person's own file, with columns that nobody could guess: they are chosen, and the result is of them.
import { join } from 'node:path'
import { expect } from 'vitest'
import { canaryLabel } from './canaryRow.ts'
import { journey } from './journey.ts'
import { trainOnTickets } from './ticketForm.ts'
import { openTrainingView, panel, untilFinished } from './window.ts'
import { events, record } from './workspace.ts'

journey('a run on an own file has the chosen columns, the labels of the file and a pause in it', {}, async ({ page, workspace }) => {
  const run = join(workspace, 'tickets-finetuned')
  await openTrainingView(page)
  await trainOnTickets(page)
  await panel(page).getByRole('button', { name: 'Pause' }).click()
  await panel(page).getByText(/^paused after step \d+/).waitFor()
  const { pid } = record(run).process
  expect(record(run).state).toBe('paused')
  await panel(page).getByRole('button', { name: 'Resume' }).click()

  await untilFinished(page)
  expect(record(run)).toMatchObject({ state: 'finished', process: { pid }, settings: { text_column: 'what they wrote', label_column: 'kind of ticket' } })
  const labels = [canaryLabel, 'bug', 'praise', 'refund']
  expect(events(run).find((event) => event.type === 'preflight')).toMatchObject({ train_rows: 900, eval_rows: 100, label_names: labels })
  expect(await panel(page).getByRole('table', { name: 'Per label' }).locator('tbody th').allTextContents()).toEqual(labels)
})
