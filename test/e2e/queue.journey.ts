// A second run waits for the first one, whose process dies; a third one waits in a terminal.
import { join } from 'node:path'
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { finetuneBeside, ticketWords } from './terminal.ts'
import { endlessEpochs, fillTicketForm, start, trainOnTickets } from './ticketForm.ts'
import { openTrainingView, panel, untilFinished } from './window.ts'
import { events, record, stepOf } from './workspace.ts'

journey('a second run waits its turn, and has it when the process of the first one is killed; a terminal waits in the same queue', {}, async ({ vscode, page, workspace }) => {
  const [first, second, third] = ['tickets-finetuned', 'tickets-finetuned-2', 'in-terminal'].map((name) => join(workspace, name))
  await openTrainingView(page)
  await trainOnTickets(page, endlessEpochs)
  await fillTicketForm(page)
  await start(page)
  await panel(page).getByText(/^waits for tickets-finetuned to end/).waitFor()
  await page.getByRole('treeitem', { name: /tickets-finetuned-2, queued/ }).waitFor()
  expect(record(second).state).toBe('queued')
  expect(stepOf(second)).toBe(0)
  const ofTerminal = finetuneBeside(vscode, 'train', ...ticketWords, '--max_steps', '3', '--output_dir', third)
  await page.getByRole('treeitem', { name: /in-terminal, queued/ }).waitFor()
  expect(record(third).state).toBe('queued')

  // A queued run may be paused, which lets others go first, and takes its turn again.
  const progress = panel(page).getByRole('progressbar', { name: 'Progress' })
  expect(await progress.count()).toBe(0)
  await panel(page).getByRole('button', { name: 'Pause' }).click()
  await panel(page).getByText(/^paused after step 0/).waitFor()
  await panel(page).getByRole('button', { name: 'Resume' }).click()
  await panel(page).getByText(/^waits for /).waitFor()

  process.kill(record(first).process.pid, 'SIGKILL')
  await untilFinished(page)
  await page.getByRole('treeitem', { name: /tickets-finetuned, interrupted/ }).waitFor()
  expect(record(second).state).toBe('finished')
  expect(await ofTerminal).toBe(0)
  // Of the run that comes first the page has heard the name alone.
  expect(vscode.webviewMessages.some((message) => /"type":"queued"[^}]*"behind":"tickets-finetuned"/.test(message))).toBe(true)
  await page.getByRole('treeitem', { name: /in-terminal, finished/ }).waitFor()
  expect(events(second).filter((event) => event.type === 'queued')[0]).toMatchObject({ ahead: 1, behind: first })
  expect(events(third).filter((event) => event.type === 'queued')[0]).toMatchObject({ ahead: 2, behind: first })
})
