// The process of a run dies: the editor says so, stays as it is, and the run goes on from the view.
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { openTrainingView, panel, untilFinished } from './window.ts'
import { epochOf, record, sampleRun, stepOf } from './workspace.ts'

journey('a run whose process was killed is resumed from the view and ends', {}, async ({ page, home }) => {
  const run = sampleRun(home)
  await openTrainingView(page)
  await page.getByRole('button', { name: 'Try it: fine-tune on AG News' }).click()
  await panel(page).getByText('Try now with the built-in News sample').click()
  await panel(page).getByRole('table', { name: 'Per epoch' }).waitFor()
  await expect.poll(() => epochOf(run) % 1).toBeGreaterThan(0.2)
  const { pid } = record(run).process
  const stepThen = stepOf(run)
  process.kill(pid, 'SIGKILL')

  await panel(page).getByText(/^interrupted after step \d+: its process is gone/).waitFor()
  expect(record(run).state).toBe('running') // nobody was left to say otherwise
  const item = page.getByRole('treeitem', { name: /news-mini-finetuned, interrupted/ })
  await item.hover()
  await item.getByRole('button', { name: 'Resume' }).click()

  await untilFinished(page)
  expect(record(run)).toMatchObject({ state: 'finished' })
  expect(record(run).process.pid).not.toBe(pid)
  expect(stepOf(run)).toBeGreaterThan(stepThen)
  expect(await panel(page).getByRole('table', { name: 'Per epoch' }).locator('tbody tr').count()).toBe(3)
})
