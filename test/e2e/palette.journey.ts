// Everything a run can be told from the palette, which offers only what applies now; what badge, status bar and notifications say meanwhile.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { dialog } from './onTheHub.ts'
import { isAlive } from './processes.ts'
import { endlessEpochs, trainOnTickets } from './ticketForm.ts'
import { badge, choose, commandsOffered, notifications, openTrainingView, panel, runCommand, statusBar } from './window.ts'
import { record, stepOf } from './workspace.ts'

const always = [
  'Choose Model…', 'Classify File…', 'Fine-tune on AG News', 'Fine-tune on a File…', 'Focus on Training View', 'Hub Cache…', 'Set Up GPU', 'Show Log', 'Sign In to Hugging Face',
  'Use a Model Folder…', 'Use a Model on the Hub…',
]
const ofAnyRun = ['Open Run', 'Run Again with Changes…']

journey('the palette offers what applies: a run is paused, resumed, opened, stopped and deleted from it', {}, async ({ page, workspace, home }) => {
  const run = join(workspace, 'tickets-finetuned')
  const offered = (...more: string[]) => expect.poll(() => commandsOffered(page)).toEqual([...always, ...more].sort())
  await page.setViewportSize({ width: 1280, height: 1600 })
  await openTrainingView(page)
  await offered()

  await trainOnTickets(page, endlessEpochs)
  await badge(page, '1').waitFor()
  await offered(...ofAnyRun, 'Pause', 'Stop')
  await runCommand(page, 'Finetune: Pause')
  await panel(page).getByText(/^paused after step \d+/).waitFor()
  expect(record(run).state).toBe('paused')
  await statusBar(page, /^tickets-finetuned, paused/).waitFor()
  await badge(page, '1').waitFor() // it has its process still
  await offered(...ofAnyRun, 'Resume', 'Stop')
  const pausedAt = stepOf(run)
  await runCommand(page, 'Finetune: Resume')
  await statusBar(page, /^tickets-finetuned, running/).waitFor()
  await expect.poll(() => stepOf(run)).toBeGreaterThan(pausedAt)
  expect(record(run).state).toBe('running')

  // Both ways back to the run: its page has gone from sight.
  await runCommand(page, 'View: Close All Editors')
  await runCommand(page, 'Finetune: Open Run')
  await choose(page, 'tickets-finetuned')
  await panel(page).getByRole('heading', { name: 'tickets-finetuned' }).waitFor()
  await runCommand(page, 'View: Close All Editors')
  await statusBar(page, /^tickets-finetuned, running/).click()
  await panel(page).getByRole('heading', { name: 'tickets-finetuned' }).waitFor()

  const { pid } = record(run).process
  await runCommand(page, 'Finetune: Stop')
  await panel(page).getByText(/^stopped after step \d+/).waitFor()
  await expect.poll(() => isAlive(pid)).toBe(false)
  expect(record(run).state).toBe('stopped')
  await offered(...ofAnyRun, 'Delete…', 'Resume')
  await badge(page, '1').waitFor({ state: 'hidden' })
  expect(await statusBar(page, /^tickets-finetuned/).count()).toBe(0)

  // Its lines are kept by a native part of VS Code that this server lacks.
  await runCommand(page, 'Finetune: Show Log')
  await expect.poll(() => page.locator('.part.panel select').evaluateAll((lists) => lists.map((list) => (list as HTMLSelectElement).selectedOptions[0]?.text))).toContain('Finetune')

  // Nobody was told of an end that is in sight.
  await expect.poll(() => readdirSync(join(home, '.local/share/finetune'), { recursive: true }).some((path) => /told$/.test(String(path)))).toBe(true)
  expect(await notifications(page)).toEqual([])

  await runCommand(page, 'Finetune: Delete…')
  await choose(page, 'tickets-finetuned')
  await page.keyboard.press('Enter')
  const asked = dialog(page, 'Delete the run tickets-finetuned, its checkpoints and its model?')
  await asked.getByText(run).waitFor()
  expect(existsSync(run)).toBe(true)
  await asked.getByRole('button', { name: 'Move to Trash' }).click()
  await dialog(page, `There is no trash for ${run}.`).getByRole('button', { name: 'Delete Permanently' }).click()
  await page.getByRole('button', { name: 'Try it: fine-tune on AG News' }).waitFor()
  expect(existsSync(run)).toBe(false)
  await offered()
})
