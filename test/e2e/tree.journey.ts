// Everything from the menus of Explorer, editor and training view, and the buttons in its lines, on files and labels with a stranger's names.
import { existsSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { canaryLabel, canaryName, csvCell } from './canaryRow.ts'
import { journey } from './journey.ts'
import { dialog } from './onTheHub.ts'
import { isAlive } from './processes.ts'
import { embeddedModel, ticketRun } from './terminal.ts'
import { endlessEpochs, setEpochs, start } from './ticketForm.ts'
import { choose, chooseInMenuOf, classifiedAs, entries, notifications, openFile, openTrainingView, panel, runCommand, statusBar } from './window.ts'
import { record, stepOf, tickets } from './workspace.ts'

/** The tickets in a file of an odd name, one of whose labels is odd too. */
const oddFile = `${canaryName}.csv`
const oddTickets = tickets().replace('nr,kind of ticket,what they wrote', 'nr,label,text').replaceAll(',bug,', `,${csvCell(canaryLabel)},`)
/** As notifications and dialogs write it, which would make a link of it. */
const told = (text: string) => text.replaceAll('](', '] (')
/** More than a model gets through while a person looks for Cancel. */
const bigFile = ['text', ...Array.from({ length: 200_000 }, (_, row) => `The home team won match ${row}`)].join('\n')

journey('a file is trained on from Explorer; its run is paused, resumed, stopped, looked at and deleted from its line', { files: { [oddFile]: oddTickets } }, async ({ page, workspace }) => {
  const name = `${canaryName}-finetuned`
  const run = join(workspace, name)
  await chooseInExplorer(page, oddFile, 'Fine-tune on a File…')
  await panel(page).getByText('900 rows to train on, 100 to evaluate on').waitFor()
  await setEpochs(page, endlessEpochs)
  await start(page)
  await panel(page).getByText(/\d+% · \d+ rows\/s/).waitFor()
  const { pid } = record(run).process

  // Out of sight, so that its end is told.
  await runCommand(page, 'View: Close All Editors')
  await openTrainingView(page)
  const line = (state: string) => page.getByRole('treeitem', { name: `${name}, ${state}` })
  await press(line('running'), 'Pause')
  await line('paused').waitFor()
  expect(record(run).state).toBe('paused')
  const pausedAt = stepOf(run)
  await press(line('paused'), 'Resume')
  await expect.poll(() => stepOf(run)).toBeGreaterThan(pausedAt)
  await runCommand(page, 'View: Close All Editors')
  await press(line('running'), 'Stop')
  await line('stopped').waitFor()
  await expect.poll(() => isAlive(pid)).toBe(false)
  expect(record(run).state).toBe('stopped')
  await expect.poll(() => notifications(page)).toEqual([told(`${name} was stopped. It can be resumed.`)])

  await chooseInMenuOf(page, line('stopped'), 'Open Run')
  await panel(page).getByText(/^stopped after step \d+/).waitFor()
  await chooseInMenuOf(page, line('stopped'), 'Show Log')
  await page.getByRole('tab', { name: 'log.txt' }).waitFor()
  await chooseInMenuOf(page, line('stopped'), 'Delete…')
  await dialog(page, `Delete the run ${told(name)}, its checkpoints and its model?`).getByRole('button', { name: 'Move to Trash' }).click()
  await dialog(page, `There is no trash for ${told(run)}.`).getByRole('button', { name: 'Delete Permanently' }).click()
  await line('stopped').waitFor({ state: 'detached' })
  expect(existsSync(run)).toBe(false)
})

journey('without a model classifying offers two ways to one; with one it goes from the menus of editor and Explorer, and can be cancelled', { files: { [oddFile]: oddTickets, 'big.csv': bigFile } }, async ({ vscode, page, workspace, home }) => {
  // Made where the window does not see it: the first run that ends in sight would be in use at once.
  const made = await ticketRun({ workspace, env: { ...vscode.env, XDG_DATA_HOME: join(home, 'elsewhere') } }, '../elsewhere/odd-model', [...embeddedModel, '--dataset', oddFile])
  renameSync(made, join(workspace, 'odd-model'))
  await openFile(page, 'notes.txt')
  await chooseInEditor(page, 'Classify Selection')
  const offer = page.locator('.notification-list-item').filter({ hasText: 'Classifying takes a model, and none is in use yet.' })
  await offer.getByRole('button', { name: 'Train One Now' }).click()
  await panel(page).getByRole('button', { name: 'Try now with the built-in News sample' }).waitFor()

  await openFile(page, 'notes.txt')
  await chooseInEditor(page, 'Classify Selection')
  await offer.getByRole('button', { name: 'Use a Model Folder…' }).click()
  await choose(page, 'odd-model')
  const place = page.locator('.quick-input-widget input').first()
  await expect.poll(() => place.inputValue()).toMatch(/\/odd-model\/$/)
  await page.locator('.quick-input-widget').getByRole('button', { name: 'Use', exact: true }).click()
  await statusBar(page, /odd-model/).waitFor()

  // The palette knows it by the words of others, too.
  await page.keyboard.press('F1')
  await page.locator('.quick-input-widget input').fill('>classify selected text')
  await entries(page).filter({ hasText: 'Finetune: Classify Selection' }).waitFor()
  await page.keyboard.press('Escape')
  await page.locator('.monaco-editor[data-uri$="notes.txt"] .view-line').first().click()
  await page.keyboard.press('Control+A')
  await page.keyboard.type('The app crashes when I open page 7')
  await chooseInEditor(page, 'Classify Selection')
  const [note] = await Promise.all([classifiedAs(page, 'The app crashes'), page.locator('.part.statusbar').getByText(/\$ ?\(law\)\[x\]\(command:/).waitFor()])
  expect(note).toMatch(/^\$\(law\)\[x\]\(command:workbench\.action\.quit\) \d+%$/)

  await chooseInExplorer(page, oddFile, 'Classify File…')
  await page.locator('.notification-list-item').filter({ hasText: `${told(canaryName)}-classified.csv has the columns` }).waitFor()
  expect(existsSync(join(workspace, `${canaryName}-classified.csv`))).toBe(true)

  await chooseInExplorer(page, 'big.csv', 'Classify File…')
  await page.locator('.notification-list-item').filter({ hasText: 'Classifying big.csv' }).getByRole('button', { name: 'Cancel' }).click()
  await page.locator('.part.statusbar').getByText('Cancelled: nothing was written.').waitFor()
  expect(readdirSync(workspace).filter((file) => file.startsWith('big'))).toEqual(['big.csv'])
})

/** Presses a button in a line of the training view. */
async function press(line: Locator, name: string): Promise<void> {
  await line.hover()
  await line.getByRole('button', { name }).click()
}

async function chooseInExplorer(page: Page, file: string, entry: string): Promise<void> {
  await runCommand(page, 'View: Show Explorer')
  await chooseInMenuOf(page, page.locator('.explorer-folders-view').getByRole('treeitem', { name: file }), entry)
}

/** At the beginning of notes.txt. */
async function chooseInEditor(page: Page, entry: string): Promise<void> {
  await chooseInMenuOf(page, page.locator('.monaco-editor[data-uri$="notes.txt"] .view-line').first(), entry)
}
