// The process of a run dies: the editor says so and why, stays as it is, and the run goes on from the view.
import { join } from 'node:path'
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { manyEpochs, trainOnTickets } from './ticketForm.ts'
import { openTrainingView, panel, untilFinished } from './window.ts'
import { epochOf, record, stepOf } from './workspace.ts'

journey('a run whose process was killed says what killed it, is resumed from the view and ends', {}, async ({ page, workspace }) => {
  const run = join(workspace, 'tickets-finetuned')
  await openTrainingView(page)
  await trainOnTickets(page, manyEpochs)
  await panel(page).getByRole('table', { name: 'Per epoch' }).waitFor()
  await expect.poll(() => epochOf(run) % 1).toBeGreaterThan(0.2)
  const { pid } = record(run).process
  const stepThen = stepOf(run)
  process.kill(pid, 'SIGKILL')

  await panel(page).getByText(/^interrupted after step \d+: its process is gone/).waitFor()
  await panel(page).getByText('Cause: killed (SIGKILL), by somebody or by the system for want of memory').waitFor()
  expect(record(run).state).toBe('running') // nobody was left to say otherwise
  const item = page.getByRole('treeitem', { name: /tickets-finetuned, interrupted, .*interrupted: killed \(SIGKILL\), by somebody/ })
  await item.hover()
  await item.getByRole('button', { name: 'Resume' }).click()

  await untilFinished(page)
  expect(record(run)).toMatchObject({ state: 'finished' })
  expect(record(run).process.pid).not.toBe(pid)
  expect(stepOf(run)).toBeGreaterThan(stepThen)
  expect(await panel(page).getByRole('table', { name: 'Per epoch' }).locator('tbody tr').count()).toBe(manyEpochs)
  expect(await panel(page).getByText(/^Cause:/).count()).toBe(0)
})
