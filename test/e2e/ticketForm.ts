/** The form for a run on tickets.csv, whose columns nobody could guess. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { choose, panel, runCommand } from './window.ts'

/** Chooses the file, is told that its columns are not known, and chooses them. */
export async function fillTicketForm(page: Page): Promise<void> {
  await runCommand(page, 'Finetune: Fine-tune on a File…')
  await panel(page).getByText('Choose a File…').click()
  await choose(page, 'tickets.csv')
  await panel(page).getByText('Which columns hold the texts and the labels?').waitFor()
  expect(await panel(page).getByRole('button', { name: 'Start', exact: true }).isDisabled()).toBe(true)
  await chooseColumn(page, 'Text column', 'what they wrote')
  await chooseColumn(page, 'Label column', 'kind of ticket')
  await panel(page).getByText('900 rows to train on, 100 to evaluate on').waitFor()
}

/** Starts the run that the form describes, once it may start. */
export async function start(page: Page): Promise<void> {
  await panel(page).getByRole('button', { name: 'Start', exact: true }).click()
}

async function chooseColumn(page: Page, dropdown: string, option: string): Promise<void> {
  const field = panel(page).locator(`vscode-dropdown[aria-label="${dropdown}"]`)
  await field.click()
  await field.locator('vscode-option', { hasText: option }).click()
}
