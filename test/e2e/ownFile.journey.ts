// A person's own file: columns nobody could guess, a run that is paused and stopped, a window that is reloaded, the same numbers in the end.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { openVsCode, packedVsix, panel, reloadWindow, runCommand } from './vscode.ts'

const texts = { refund: 'I want my money back for order', bug: 'The app crashes when I open page', praise: 'Lovely and quick service from' }
const rows = Array.from({ length: 1000 }, (_, row) => {
  const kind = (Object.keys(texts) as (keyof typeof texts)[])[row % 3]
  return `${row},${kind},${texts[kind]} ${row}`
})

test('a run on an own file is paused, stopped, the window reloaded, and the resumed run ends with the bytes of one that was not', async () => {
  const vscode = await openVsCode(packedVsix(), { files: { 'tickets.csv': ['nr,kind of ticket,what they wrote', ...rows].join('\n') + '\n' } })
  onTestFinished(({ task }) => vscode.close(task.result?.state === 'fail' ? 'ownFile.png' : undefined))
  const { page, workspace } = vscode
  const [whole, stopped] = ['tickets-finetuned', 'tickets-finetuned-2'].map((name) => join(workspace, name))

  await page.locator('.activitybar .action-label[aria-label^="Finetune"]').click()
  await fillForm(page, 'tickets.csv')
  await panel(page).getByText('Start', { exact: true }).click()
  await panel(page).getByRole('table', { name: 'Per label' }).waitFor()
  expect(record(whole)).toMatchObject({ state: 'finished', settings: { text_column: 'what they wrote', label_column: 'kind of ticket' } })

  await fillForm(page, 'tickets.csv')
  await panel(page).getByText('Start', { exact: true }).click()
  await panel(page).getByText(/\d+% · \d+ rows\/s/).waitFor()
  await panel(page).getByText('Pause', { exact: true }).click()
  await panel(page).getByText(/^paused after step \d+/).waitFor()
  const { pid } = record(stopped).process
  await panel(page).getByText('Resume', { exact: true }).click()
  await panel(page).getByText('Stop', { exact: true }).and(panel(page).locator('vscode-button:not([disabled])')).click()
  await panel(page).getByText(/^stopped after step \d+/).waitFor()
  expect(record(stopped)).toMatchObject({ state: 'stopped', process: { pid } })

  await reloadWindow(page)
  await panel(page).getByText('Resume', { exact: true }).click()
  await panel(page).getByRole('table', { name: 'Per label' }).waitFor()
  expect(record(stopped).state).toBe('finished')
  expect(hash(stopped)).toBe(hash(whole))
})

/** Chooses the file, is told that its columns are not known, and chooses them. */
async function fillForm(page: Page, file: string): Promise<void> {
  await runCommand(page, 'Finetune: Fine-tune on a File…')
  await panel(page).getByText('Choose a File…').click()
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: file }).click()
  await panel(page).getByText('Which columns hold the texts and the labels?').waitFor()
  expect(await panel(page).locator('vscode-button', { hasText: 'Start' }).getAttribute('disabled')).not.toBeNull()
  await choose(page, 'Text column', 'what they wrote')
  await choose(page, 'Label column', 'kind of ticket')
  await panel(page).getByText('900 rows to train on, 100 to evaluate on').waitFor()
}

async function choose(page: Page, dropdown: string, option: string): Promise<void> {
  const field = panel(page).locator(`vscode-dropdown[aria-label="${dropdown}"]`)
  await field.click()
  await field.locator('vscode-option', { hasText: option }).click()
}

function record(run: string) {
  return JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'))
}

function hash(run: string): string {
  return createHash('sha256').update(readFileSync(join(run, 'model.safetensors'))).digest('hex')
}
