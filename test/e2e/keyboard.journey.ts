// Everything by keyboard: no mouse is moved, nothing is clicked.
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { manyEpochs } from './ticketForm.ts'
import { classifiedAs, panel, untilFinished } from './window.ts'
import { events, record } from './workspace.ts'

journey('a run on an own file is set up, started, watched and used by keyboard alone', {}, async ({ page, workspace }) => {
  await command(page, 'Finetune: Fine-tune on a File…')
  await panel(page).getByRole('button', { name: 'Choose a File…' }).waitFor()
  await press(page, 'Choose a File…')
  await page.locator('.quick-input-widget').getByText('tickets.csv').waitFor()
  await page.keyboard.type('tickets.csv')
  await page.keyboard.press('Enter')
  await panel(page).getByText('Which columns hold the texts and the labels?').waitFor()
  await pick(page, 'Text column', 'what they wrote')
  await panel(page).getByText('First put right: Label column').waitFor()
  await pick(page, 'Label column', 'kind of ticket')
  await panel(page).getByText('900 rows to train on, 100 to evaluate on').waitFor()
  await tabTo(page, /^Epochs/)
  await page.keyboard.press('Control+A')
  await page.keyboard.type(String(manyEpochs))
  await press(page, 'Start')

  await panel(page).getByText(/\d+% · \d+ rows\/s/).waitFor()
  await press(page, 'Pause')
  await panel(page).getByText(/^paused after step \d+/).waitFor()
  await press(page, 'Resume')
  await untilFinished(page)
  const run = join(workspace, 'tickets-finetuned')
  expect(record(run)).toMatchObject({ state: 'finished', settings: { num_train_epochs: manyEpochs, text_column: 'what they wrote' } })
  expect(events(run).filter(({ type }) => type === 'paused')).toHaveLength(1)

  await page.keyboard.press('Control+P')
  await page.keyboard.type('notes.txt')
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'notes.txt' }).first().waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.monaco-editor[data-uri$="notes.txt"]').waitFor()
  await command(page, 'Finetune: Classify Selection')
  expect(await classifiedAs(page, 'The home team')).toMatch(/^(bug|praise|refund) \d+%$/)
})

/** Runs a command from the palette. */
async function command(page: Page, title: string): Promise<void> {
  const chosen = page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: title })
  for (let isThere = false; !isThere;) {
    await page.keyboard.press('Escape')
    await page.keyboard.press('F1')
    await page.locator('.quick-input-widget input').waitFor()
    await page.keyboard.type(title)
    isThere = await chosen.waitFor({ timeout: 3000 }).then(() => true, () => false)
  }
  await page.keyboard.press('Enter')
}

/** Goes to a button of the panel and presses it. */
async function press(page: Page, name: string): Promise<void> {
  await tabTo(page, new RegExp(`^${name}$`))
  await page.keyboard.press('Enter')
}

/** Opens a dropdown of the panel and goes down to an option. */
async function pick(page: Page, dropdown: string, option: string): Promise<void> {
  await tabTo(page, new RegExp(`^${dropdown}`))
  const field = panel(page).locator(`vscode-dropdown[aria-label="${dropdown}"]`)
  const names = (await field.locator('vscode-option').allTextContents()).map((name) => name.trim())
  await page.keyboard.press('Enter')
  await page.keyboard.press('Home')
  for (let steps = names.indexOf(option); steps > 0; steps--) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
}

/** Presses Tab until a control of the panel with this name has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = []
  for (let tabs = 0; tabs < 100; tabs++) {
    const focused = await panel(page).locator('body').evaluate(() => {
      const active = document.hasFocus() ? document.activeElement : null
      return active && active !== document.body ? (active.getAttribute('aria-label') ?? active.textContent ?? '').trim() : ''
    })
    if (name.test(focused)) return
    passed.push(focused)
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab leads to no ${name}, but to ${passed.join(' | ')}`)
}
