/** The form for a run on tickets.csv, whose columns nobody could guess. */
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { choose, panel, runCommand } from './window.ts'

/** Epochs for a run that is still going on when it is paused, stopped or left at once. */
export const manyEpochs = 12
/** For a run that would go on for longer than any journey: what ends it is what the journey is about. */
export const endlessEpochs = 1000

/** Chooses the file, is told that its columns are not known, and chooses them. */
export async function fillTicketForm(page: Page, epochs = 3): Promise<void> {
  await runCommand(page, 'Finetune: Fine-tune on a File…')
  await panel(page).getByRole('button', { name: 'Choose a File…' }).click()
  await choose(page, 'tickets.csv')
  await panel(page).getByText('Which columns hold the texts and the labels?').waitFor()
  await start(page) // it cannot: what is to be put right first takes the focus
  await expect.poll(() => panel(page).locator('vscode-dropdown[aria-label="Text column"]').evaluate((field) => field === document.activeElement)).toBe(true)
  await chooseColumn(page, 'Text column', 'what they wrote')
  await panel(page).getByText('First put right: Label column').waitFor()
  await chooseColumn(page, 'Label column', 'kind of ticket')
  await setEpochs(page, epochs)
  await panel(page).getByText('900 rows to train on, 100 to evaluate on').waitFor()
}

/** Starts a run on the tickets and waits until its first steps are to be seen. */
export async function trainOnTickets(page: Page, epochs?: number): Promise<void> {
  await fillTicketForm(page, epochs)
  await start(page)
  await panel(page).getByText(/\d+% · \d+ rows\/s/).waitFor()
}

export async function setEpochs(page: Page, epochs: number): Promise<void> {
  await panel(page).getByRole('textbox', { name: /^Epochs/ }).fill(String(epochs))
  if (epochs !== endlessEpochs) return
  // Else the checkpoints of so many would need much room.
  await panel(page).getByText('Advanced', { exact: true }).click()
  await panel(page).getByRole('textbox', { name: /^Save total limit/ }).fill('1')
}

/** Starts the run that the form describes, once it may start. */
export async function start(page: Page): Promise<void> {
  await startButton(page).click()
}

function startButton(page: Page): Locator {
  return panel(page).getByRole('button', { name: 'Start', exact: true })
}

async function chooseColumn(page: Page, dropdown: string, option: string): Promise<void> {
  const field = panel(page).locator(`vscode-dropdown[aria-label="${dropdown}"]`)
  await field.click()
  await field.locator('vscode-option', { hasText: option }).click()
}
