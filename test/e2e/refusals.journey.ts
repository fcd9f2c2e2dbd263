// Commands where they do not apply. Menus hide them there; a key of the person's does not: each then says so in a calm sentence.
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { commandNames } from '../../src/editor/contributions.ts'
import type { CommandName } from '../../src/editor/contributions.ts'
import { journey } from './journey.ts'
import { processesOf } from './processes.ts'
import { choose, panel, runCommand } from './window.ts'

/** A key for each command. */
const keys = Object.fromEntries(commandNames.map((name, index) => [name, `${index < 12 ? 'Control' : 'Shift'}+Alt+F${index % 12 + 1}`])) as Record<CommandName, string>
const userData = { 'User/keybindings.json': JSON.stringify(Object.entries(keys).map(([name, key]) => ({ key: key.replace('Control', 'ctrl').toLowerCase(), command: `finetune.${name}` }))) }

const ofRuns = ['openRun', 'runAgain', 'compareRuns', 'pause', 'stop', 'resume', 'useForClassification', 'publish', 'openOnHub', 'deleteRun'] as const

journey('where there is no run and no text, each command says so', { userData }, async ({ page }) => {
  for (const name of ofRuns) await expectSaid(page, name, 'There is no run that this can be done with now.')
  await expectSaid(page, 'classifySelection', 'Open a text to classify what is selected in it.')
  await expectSaid(page, 'classifyFile', 'Classifying takes a model, and none is in use yet.')
})

journey('in a workspace that is not trusted rows can be looked at, and each command that does more says why it does not', { userData, isTrusted: false }, async ({ page, home }) => {
  const training = commandNames.filter((name) => !['fineTuneFile', 'openRun', 'compareRuns', 'openOnHub', 'signIn', 'showLog', 'refresh'].includes(name))
  for (const name of training) await expectSaid(page, name, 'Training and classifying need a trusted workspace.')

  await runCommand(page, 'Finetune: Fine-tune on a File…')
  await panel(page).getByText('Restricted Mode: data and runs can be looked at').waitFor()
  await panel(page).getByRole('button', { name: 'Choose a File…' }).click()
  await choose(page, 'tickets.csv')
  await panel(page).getByText('Which columns hold the texts and the labels?').waitFor()
  const field = (name: string) => panel(page).locator(`vscode-dropdown[aria-label="${name}"]`)
  for (const [name, column] of [['Text column', 'what they wrote'], ['Label column', 'kind of ticket']]) {
    await field(name).click()
    await field(name).locator('vscode-option', { hasText: column }).click()
  }
  await panel(page).getByText('900 rows to train on, 100 to evaluate on').waitFor()
  expect(await panel(page).getByRole('button', { name: 'Start', exact: true }).count()).toBe(0)
  expect(processesOf(home).filter(({ words }) => words.some((word) => /trainer\.js$/.test(word)))).toEqual([])
})

async function expectSaid(page: Page, name: CommandName, text: string): Promise<void> {
  const notifications = page.locator('.notification-list-item-message')
  await page.keyboard.press(keys[name])
  await notifications.filter({ hasText: text }).first().waitFor()
  await runCommand(page, 'Notifications: Clear All Notifications')
  await expect.poll(() => notifications.count()).toBe(0)
}
