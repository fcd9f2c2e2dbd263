// What a person has chosen and typed outlives a reload; a run is begun again with other settings from where it lies.
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { fillTicketForm, start } from './ticketForm.ts'
import { chooseInMenu, openTrainingView, panel, reloadWindow, untilFinished } from './window.ts'
import { record } from './workspace.ts'

const columns = { text_column: 'what they wrote', label_column: 'kind of ticket' }

journey('a form is as it was after a reload, and a run is begun again with changes', {}, async ({ page, workspace }) => {
  const [first, second] = ['tickets-finetuned', 'tickets-finetuned-2'].map((name) => join(workspace, name))
  await openTrainingView(page)
  await fillTicketForm(page, 2)
  await panel(page).getByText('Advanced').click()
  await field(page, 'Seed').fill('7')
  await panel(page).getByText(/About \d+ s · 114 steps/).waitFor()
  await reloadWindow(page)
  await panel(page).getByText('900 rows to train on, 100 to evaluate on').waitFor()
  expect(await shown(page)).toEqual({ data: 'tickets.csv', ...columns, epochs: '2', seed: '7' })
  await start(page)
  await untilFinished(page)
  expect(record(first)).toMatchObject({ state: 'finished', settings: { ...columns, num_train_epochs: 2, seed: 7 } })

  const run = page.getByRole('treeitem', { name: /tickets-finetuned, finished/ })
  await run.click({ button: 'right' })
  await chooseInMenu(page, 'Run Again with Changes…')
  await panel(page).getByText('900 rows to train on, 100 to evaluate on').waitFor()
  expect(await shown(page)).toEqual({ data: 'tickets.csv', ...columns, epochs: '2', seed: '7' })
  await field(page, 'Epochs').fill('1')
  await panel(page).getByText(/About \d+ s · 57 steps .* saved to tickets-finetuned-2/).waitFor()
  await start(page)
  await untilFinished(page)
  expect(record(second)).toMatchObject({ state: 'finished', settings: { ...columns, num_train_epochs: 1, seed: 7 } })
  expect(record(first).settings.num_train_epochs).toBe(2)
})

function field(page: Page, name: string) {
  return panel(page).getByRole('textbox', { name: new RegExp(`^${name},`), includeHidden: true })
}

async function shown(page: Page) {
  const chosen = (name: string) => panel(page).locator(`vscode-dropdown[aria-label="${name}"]`).evaluate((list) => (list as HTMLElement & { displayValue: string }).displayValue)
  return {
    data: await chosen('Data'), text_column: await chosen('Text column'), label_column: await chosen('Label column'),
    epochs: await field(page, 'Epochs').inputValue(), seed: await field(page, 'Seed').inputValue(),
  }
}
