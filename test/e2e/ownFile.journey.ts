// A person's own file: columns nobody could guess, a run that is paused and stopped, a window that is reloaded, the same numbers in the end.
import { join } from 'node:path'
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { fillTicketForm, start } from './ticketForm.ts'
import { openTrainingView, panel, reloadWindow } from './window.ts'
import { hash, record } from './workspace.ts'

journey('a run on an own file is paused, stopped, the window reloaded, and the resumed run ends with the bytes of one that was not', {}, async ({ page, workspace }) => {
  const [whole, stopped] = ['tickets-finetuned', 'tickets-finetuned-2'].map((name) => join(workspace, name))
  await openTrainingView(page)
  await fillTicketForm(page)
  await start(page)
  await panel(page).getByRole('table', { name: 'Per label' }).waitFor()
  expect(record(whole)).toMatchObject({ state: 'finished', settings: { text_column: 'what they wrote', label_column: 'kind of ticket' } })

  await fillTicketForm(page)
  await start(page)
  await panel(page).getByText(/\d+% · \d+ rows\/s/).waitFor()
  await panel(page).getByRole('button', { name: 'Pause' }).click()
  await panel(page).getByText(/^paused after step \d+/).waitFor()
  const { pid } = record(stopped).process
  await panel(page).getByRole('button', { name: 'Resume' }).click()
  await panel(page).getByRole('button', { name: 'Stop' }).click()
  await panel(page).getByText(/^stopped after step \d+/).waitFor()
  expect(record(stopped)).toMatchObject({ state: 'stopped', process: { pid } })

  await reloadWindow(page)
  await panel(page).getByRole('button', { name: 'Resume' }).click()
  await panel(page).getByRole('table', { name: 'Per label' }).waitFor()
  expect(record(stopped).state).toBe('finished')
  expect(hash(stopped)).toBe(hash(whole))
})
