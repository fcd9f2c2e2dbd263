// A person's own file, with columns that nobody could guess: they are chosen, and the result is of them.
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { canaryLabel } from './canaryRow.ts'
import { journey } from './journey.ts'
import { manyEpochs, trainOnTickets } from './ticketForm.ts'
import { openTrainingView, panel, untilFinished } from './window.ts'
import { events, record } from './workspace.ts'

journey('a run on an own file has the chosen columns, the labels of the file and a pause in it', {}, async ({ page, workspace }) => {
  const run = join(workspace, 'tickets-finetuned')
  await openTrainingView(page)
  await trainOnTickets(page, manyEpochs)
  const said = await listen(page)
  await panel(page).getByRole('button', { name: 'Pause' }).click()
  await panel(page).getByText(/^paused after step \d+/).waitFor()
  const { pid } = record(run).process
  expect(record(run).state).toBe('paused')
  await panel(page).getByRole('button', { name: 'Resume' }).click()

  await untilFinished(page)
  expect(record(run)).toMatchObject({ state: 'finished', process: { pid }, settings: { text_column: 'what they wrote', label_column: 'kind of ticket' } })
  // A screen reader says each change of state, and each epoch once.
  const [states, epochs] = [/^The run /, /^Epoch /].map((kind) => said.filter((text) => kind.test(text)))
  expect(states).toEqual(expect.arrayContaining(['The run is paused', 'The run is running', 'The run is finished']))
  expect(epochs.at(-1)).toMatch(new RegExp(`^Epoch ${manyEpochs} of ${manyEpochs}: accuracy \\d`))
  expect(new Set(epochs).size).toBe(epochs.length)

  const labels = [canaryLabel, 'bug', 'praise', 'refund']
  expect(events(run).find((event) => event.type === 'preflight')).toMatchObject({ train_rows: 900, eval_rows: 100, label_names: labels })
  expect(await panel(page).getByRole('table', { name: 'Per label' }).locator('tbody th').allTextContents()).toEqual(labels)
})

/** What the live regions of the run page say from now on. */
async function listen(page: Page): Promise<readonly string[]> {
  const said: string[] = []
  await page.exposeFunction('heardInLiveRegion', (text: string) => said.push(text))
  await panel(page).locator('.spoken').evaluateAll((regions) => {
    const { heardInLiveRegion } = window as unknown as { heardInLiveRegion(text: string | null): void }
    for (const region of regions) new MutationObserver(() => heardInLiveRegion(region.textContent)).observe(region, { childList: true })
  })
  return said
}
