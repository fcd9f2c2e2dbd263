/** The states of the run panel, one after the other, as a person gets to them. */
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { UserError } from '../../src/protocol/errors.ts'
import { isAlive } from './processes.ts'
import { fillTicketForm, start } from './ticketForm.ts'
import { choose, chooseAll, openTrainingView, panel, runCommand, untilFinished } from './window.ts'
import { record, stepOf } from './workspace.ts'

/** As VS Code lists them, and the classes by which its pages and webviews know them. */
export const themes = {
  light: { name: 'Light Modern', workbench: 'vs', kind: 'vscode-light' },
  dark: { name: 'Dark Modern', workbench: 'vs-dark', kind: 'vscode-dark' },
  'high-contrast': { name: 'Dark High Contrast', workbench: 'hc-black', kind: 'vscode-high-contrast' },
} as const
export type Theme = keyof typeof themes

export type State = 'empty' | 'configure' | 'warnings' | 'running' | 'paused' | 'failed' | 'result' | 'compare' | 'error'

/** A file that has a row with too many cells. */
export const badFile = { 'bad.csv': 'text,label\nGood phone,praise\n"Broken, after a week",bug,what\n' }

/** A person in a window. */
interface Visitor {
  page: Page
  workspace: string
  /** Of the run that is looked at while it goes on. */
  epochs: number
}

/** @param visit looks at a state, which `running` is for as long as the epochs take. The workspace has `badFile`. */
export async function visitStates({ page, workspace, epochs }: Visitor, visit: (state: State) => Promise<void>): Promise<void> {
  await openTrainingView(page)
  await page.getByRole('button', { name: 'Try it: fine-tune on AG News' }).waitFor()
  await visit('empty')
  await runCommand(page, 'Finetune: Fine-tune on AG News')
  await panel(page).getByRole('button', { name: 'Try now with the built-in News sample' }).waitFor()
  await visit('configure')
  await runCommand(page, 'View: Close All Editors')
  await fillTicketForm(page, epochs)
  await visit('warnings')
  await start(page)
  await panel(page).getByRole('table', { name: 'Per epoch' }).waitFor()
  await visit('running')
  await panel(page).getByRole('button', { name: 'Pause' }).click()
  await panel(page).getByText(/^paused after step \d+/).waitFor()
  await visit('paused')
  await panel(page).getByRole('button', { name: 'Stop' }).click()
  await panel(page).getByText(/^stopped after step \d+/).waitFor()
  const run = join(workspace, 'tickets-finetuned')
  await expect.poll(() => isAlive(record(run).process.pid)).toBe(false)
  fail(run)
  await runCommand(page, 'View: Close All Editors')
  await page.locator('.composite.title').getByRole('button', { name: 'Refresh' }).click()
  await page.getByRole('treeitem', { name: /tickets-finetuned, failed/ }).click()
  await panel(page).getByText(/^no space for checkpoint-171/).waitFor()
  await visit('failed')
  await runCommand(page, 'View: Close All Editors')
  await runCommand(page, 'Finetune: Fine-tune on AG News')
  await panel(page).getByRole('button', { name: 'Try now with the built-in News sample' }).click()
  await untilFinished(page)
  await panel(page).getByRole('textbox', { name: 'Text to classify' }).fill('The striker scored twice in the final')
  await panel(page).locator('.try-it').getByText(/^\d+ ms$/).waitFor()
  await visit('result')
  await runCommand(page, 'View: Close All Editors')
  await runCommand(page, 'Finetune: Compare Runs')
  await chooseAll(page, 2)
  await panel(page).getByRole('table', { name: 'Results' }).getByRole('row', { name: /^Accuracy/ }).waitFor()
  await visit('compare')
  await runCommand(page, 'View: Close All Editors')
  await runCommand(page, 'Finetune: Fine-tune on a File…')
  await panel(page).getByRole('button', { name: 'Choose a File…' }).click()
  await choose(page, 'bad.csv')
  await panel(page).getByText(/bad\.csv.*line|line.*bad\.csv/).first().waitFor()
  await visit('error')
}

/** Writes what a run has on record that ran out of room. */
function fail(run: string): void {
  const { message: error, code, args } = new UserError('run.no-space', { what: 'checkpoint-171', folder: run, needed: '83.5 MB', free: '12.0 MB' })
  writeFileSync(join(run, 'run.json'), JSON.stringify({ ...record(run), state: 'failed' }))
  appendFileSync(join(run, 'events.jsonl'), `${JSON.stringify({ type: 'end', time: new Date().toISOString(), outcome: 'failed', error, mistake: { code, args }, step: stepOf(run), best_step: null })}\n`)
}

/** As a person chooses a colour theme. */
export async function setTheme(page: Page, theme: Theme): Promise<void> {
  const { name, kind, workbench } = themes[theme]
  await runCommand(page, 'Preferences: Color Theme')
  await page.getByPlaceholder('Select Color Theme').fill(name)
  await choose(page, name)
  await page.locator(`.monaco-workbench.${workbench}`).waitFor()
  if (await page.locator('iframe.webview.ready:visible').count() > 0) await panel(page).locator(`body.${kind}`).waitFor()
}
