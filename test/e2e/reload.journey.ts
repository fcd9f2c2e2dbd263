// The window is reloaded under a run, which goes on; then it is stopped and resumed, and ends as if nothing had happened.
import { join } from 'node:path'
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { extensionHosts, isAlive } from './processes.ts'
import { fillTicketForm, manyEpochs, start, trainOnTickets } from './ticketForm.ts'
import { openTrainingView, panel, reloadWindow, untilFinished } from './window.ts'
import { hash, record, stepOf } from './workspace.ts'

journey('a run outlives a reload, and stopped and resumed it ends with the bytes of one that was not', {}, async ({ page, workspace, home }) => {
  const [broken, whole] = ['tickets-finetuned', 'tickets-finetuned-2'].map((name) => join(workspace, name))
  await openTrainingView(page)
  await trainOnTickets(page, manyEpochs)
  const [oldHost] = extensionHosts(home)
  const { pid } = record(broken).process
  const stepThen = stepOf(broken)

  await reloadWindow(page)
  await panel(page).getByText(/\d+% · \d+ rows\/s/).waitFor()
  await expect.poll(() => isAlive(oldHost)).toBe(false)
  expect(extensionHosts(home)).not.toContain(oldHost)
  expect(record(broken)).toMatchObject({ state: 'running', process: { pid } })
  expect(isAlive(pid)).toBe(true)
  expect(stepOf(broken)).toBeGreaterThan(stepThen)

  await panel(page).getByRole('button', { name: 'Stop' }).click()
  await panel(page).getByText(/^stopped after step \d+/).waitFor()
  await expect.poll(() => isAlive(pid)).toBe(false)
  expect(record(broken).state).toBe('stopped')
  const stopped = stepOf(broken)
  await panel(page).getByRole('button', { name: 'Resume' }).click()
  await untilFinished(page)
  expect(record(broken).state).toBe('finished')
  expect(record(broken).process.pid).not.toBe(pid)
  expect(stepOf(broken)).toBeGreaterThan(stopped)

  await fillTicketForm(page, manyEpochs)
  await start(page)
  await panel(page).getByText('tickets-finetuned-2').waitFor()
  await untilFinished(page)
  expect(hash(broken)).toBe(hash(whole))
  expect(record(broken).best.eval_loss).toBe(record(whole).best.eval_loss)
})
