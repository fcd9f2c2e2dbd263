// What keeps a run from starting is no crash: without the Hub a sentence and what can be done at once, without room on the disk the reason at Start.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { fillTicketForm, start } from './ticketForm.ts'
import { panel, runCommand, untilFinished } from './window.ts'
import { record, sampleRun } from './workspace.ts'

/** Of whose checkpoints no disk has room for each. */
const tooManyEpochs = 1_000_000

journey('without the Hub one sentence says so, and the sample is one key away; a full disk is told beside Start', {}, async ({ page, workspace, home }) => {
  await runCommand(page, 'Finetune: Fine-tune on AG News')
  await panel(page).getByRole('status').filter({ hasText: /^fancyzhx\/ag_news is not on this machine yet/ }).waitFor()
  expect(await panel(page).locator('[aria-invalid=true]').count()).toBe(0)
  expect(await panel(page).getByRole('alert').filter({ hasText: /./ }).count()).toBe(0)
  expect(await panel(page).getByRole('button', { name: 'Start', exact: true }).isVisible()).toBe(true)
  const sample = panel(page).getByRole('button', { name: 'Try now with the built-in News sample (under a minute)' })
  await start(page)
  await expect.poll(() => panel(page).locator('.news vscode-button').evaluate((button) => button === document.activeElement)).toBe(true)

  await runCommand(page, 'View: Close All Editors')
  await fillTicketForm(page, tooManyEpochs)
  await start(page)
  await panel(page).locator('footer').getByText(/^The run needs [\d,.]+ MB in .*tickets-finetuned, and [\d,.]+ MB are free there: make room/).waitFor()
  expect(await panel(page).locator('footer').getByText(/^The run needs/).filter({ visible: true }).count()).toBe(1)
  expect(existsSync(join(workspace, 'tickets-finetuned'))).toBe(false)
  await panel(page).getByRole('textbox', { name: /^Epochs/ }).fill('1')
  await panel(page).getByText(/About \d+ s · 57 steps/).waitFor()
  await start(page)
  await untilFinished(page)
  expect(record(join(workspace, 'tickets-finetuned')).state).toBe('finished')

  await runCommand(page, 'View: Close All Editors')
  await runCommand(page, 'Finetune: Fine-tune on AG News')
  await sample.focus()
  await page.keyboard.press('Enter')
  await untilFinished(page)
  expect(record(sampleRun(home)).state).toBe('finished')
})
