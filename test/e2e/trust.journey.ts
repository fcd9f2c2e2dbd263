// A workspace that is not trusted, and then is.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { processesOf } from './processes.ts'
import { ticketRun } from './terminal.ts'
import { trainOnTickets } from './ticketForm.ts'
import { commandsOffered, openTrainingView, panel, untilFinished } from './window.ts'
import { record, workspaceFiles } from './workspace.ts'

journey('nothing is trained in a workspace that is not trusted, until it is', { isTrusted: false }, async ({ page, workspace, home }) => {
  await page.getByRole('button', { name: 'Restricted Mode' }).waitFor()
  await openTrainingView(page)
  await page.getByText(/they need a trusted workspace/).waitFor()
  expect(await commandsOffered(page)).toEqual(['Fine-tune on a File…', 'Focus on Training View', 'Show Log', 'Sign In to Hugging Face'])
  expect(processesOf(home).filter(({ words }) => words.some((word) => /(worker|trainer)\.js$/.test(word)))).toEqual([])
  expect(readdirSync(workspace).sort()).toEqual(Object.keys(workspaceFiles()).sort())

  await page.getByRole('button', { name: 'Manage Trust' }).last().click()
  await page.getByRole('button', { name: 'Trust', exact: true }).click()
  await page.locator('.monaco-modal-editor-block').getByRole('button', { name: /^Close/ }).click()
  await page.getByRole('button', { name: 'Try it: fine-tune on AG News' }).waitFor()
  await trainOnTickets(page, 1)
  await untilFinished(page)
  expect(record(join(workspace, 'tickets-finetuned')).state).toBe('finished')
})

journey('runs can be looked at in a workspace that is not trusted, and used once it is', { isTrusted: false }, async ({ vscode, page }) => {
  await ticketRun(vscode, 'tickets-model')
  await openTrainingView(page)
  await page.getByRole('treeitem', { name: /^Restricted Mode/ }).waitFor()
  const run = page.getByRole('treeitem', { name: /tickets-model, finished/ })
  await run.click()
  await untilFinished(page)
  await panel(page).getByRole('heading', { name: 'Most confident mistakes' }).waitFor()
  expect(await run.getByRole('button').count()).toBe(0)
  expect(await panel(page).getByRole('button', { name: /Use for|Publish|Fix Label|Copy/ }).count()).toBe(0)
  expect(await panel(page).getByRole('textbox').count()).toBe(0)

  await panel(page).getByRole('button', { name: 'Manage Trust' }).click()
  await page.getByRole('button', { name: 'Trust', exact: true }).click()
  await page.locator('.monaco-modal-editor-block').getByRole('button', { name: /^Close/ }).click()
  await panel(page).getByRole('textbox', { name: 'Text to classify' }).fill('The app crashes')
  await panel(page).locator('.try-it').getByText(/^\d+ ms$/).waitFor()
})
