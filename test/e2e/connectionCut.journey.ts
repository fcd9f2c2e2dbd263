// The line to the server is cut while a run goes on, and comes back.
import { join } from 'node:path'
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { extensionHosts } from './processes.ts'
import { manyEpochs, trainOnTickets } from './ticketForm.ts'
import { openTrainingView, panel, untilFinished } from './window.ts'
import { record, stepOf } from './workspace.ts'

journey('training goes on while the connection is cut, and the view shows it once it is back', {}, async ({ vscode, page, workspace, home }) => {
  const run = join(workspace, 'tickets-finetuned')
  await openTrainingView(page)
  await trainOnTickets(page, manyEpochs)
  const { pid } = record(run).process
  const hosts = extensionHosts(home)

  vscode.connection.cut()
  const stepThen = stepOf(run)
  await page.getByText(/Attempting to reconnect|Cannot reconnect|Disconnected/).first().waitFor()
  await expect.poll(() => stepOf(run)).toBeGreaterThan(stepThen)

  await vscode.connection.restore()
  await untilFinished(page)
  expect(extensionHosts(home)).toEqual(hosts)
  expect(await panel(page).getByRole('table', { name: 'Per epoch' }).locator('tbody tr').count()).toBe(manyEpochs)
  expect(record(run)).toMatchObject({ state: 'finished', process: { pid } })
})
