// The window is reloaded under a run, which goes on; a run that is stopped, and resumed after a reload, ends as if nothing had happened.
import { join } from 'node:path'
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { extensionHosts, isAlive } from './processes.ts'
import { endlessEpochs, fillTicketForm, manyEpochs, start, trainOnTickets } from './ticketForm.ts'
import { openTrainingView, panel, reloadWindow, untilFinished } from './window.ts'
import { hash, record, stepOf } from './workspace.ts'

journey('a run outlives a reload; one that is stopped and resumed ends with the bytes of one that was not', {}, async ({ vscode, page, workspace, home }) => {
  const [endless, broken, whole] = ['tickets-finetuned', 'tickets-finetuned-2', 'tickets-finetuned-3'].map((name) => join(workspace, name))
  await openTrainingView(page)
  await trainOnTickets(page, endlessEpochs)
  const [oldHost] = extensionHosts(home)
  const { pid } = record(endless).process
  const stepThen = stepOf(endless)

  await reloadWindow(page)
  await panel(page).getByText(/\d+% · \d+ rows\/s/).waitFor()
  await expect.poll(() => isAlive(oldHost)).toBe(false)
  expect(extensionHosts(home)).not.toContain(oldHost)
  expect(record(endless)).toMatchObject({ state: 'running', process: { pid } })
  expect(isAlive(pid)).toBe(true)
  await expect.poll(() => stepOf(endless)).toBeGreaterThan(stepThen)
  await panel(page).getByRole('button', { name: 'Stop' }).click()
  await panel(page).getByText(/^stopped after step \d+/).waitFor()
  await expect.poll(() => isAlive(pid)).toBe(false)

  await trainOnTickets(page, manyEpochs)
  const { pid: first } = record(broken).process
  await panel(page).getByRole('button', { name: 'Stop' }).click()
  await panel(page).getByText(/^stopped after step \d+/).waitFor()
  await expect.poll(() => isAlive(first)).toBe(false)
  expect(record(broken).state).toBe('stopped')
  const stopped = stepOf(broken)
  await reloadWindow(page)
  await panel(page).getByText(/^stopped after step \d+/).waitFor()
  // The page heard of the end, not of the command that goes on from it: it names folders.
  const ends = vscode.webviewMessages.filter((message) => message.includes('"outcome":"stopped"'))
  expect(ends).not.toEqual([])
  expect(ends.filter((message) => message.includes('resume_command'))).toEqual([])
  await panel(page).getByRole('button', { name: 'Resume' }).click()
  await untilFinished(page)
  expect(record(broken).state).toBe('finished')
  expect(record(broken).process.pid).not.toBe(first)
  expect(stepOf(broken)).toBeGreaterThan(stopped)

  await fillTicketForm(page, manyEpochs)
  await start(page)
  await panel(page).getByText('tickets-finetuned-3').waitFor()
  await untilFinished(page)
  expect(hash(broken)).toBe(hash(whole))
  expect(record(broken).best.eval_loss).toBe(record(whole).best.eval_loss)
})
