// The last window closes: where a person wants that, the run stops; else it ends by itself, and the next window says so once.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { extensionHosts, isAlive } from './processes.ts'
import { endlessEpochs, manyEpochs, trainOnTickets } from './ticketForm.ts'
import type { VsCode } from './vscode.ts'
import { notifications, openTrainingView } from './window.ts'
import { events, record, stepOf } from './workspace.ts'

/** A trainer waits a minute for a window that is reloaded (src/trainer/company.ts). */
const patience = 60_000

journey('with `stop`, a run outlives one of two windows and stops after the last one; the next window says so', { settings: { 'finetune.whenWindowCloses': 'stop' } }, async ({ vscode, page, workspace, home }) => {
  const run = join(workspace, 'tickets-finetuned')
  await openTrainingView(page)
  await trainOnTickets(page, endlessEpochs)
  const other = await vscode.openWindow()
  await openTrainingView(other)
  await other.getByRole('treeitem', { name: /tickets-finetuned, running/ }).waitFor()
  const { pid } = record(run).process

  await page.close()
  await expect.poll(() => extensionHosts(home).length).toBe(1)
  const stepThen = stepOf(run)
  await expect.poll(() => stepOf(run)).toBeGreaterThan(stepThen + 20)

  const closed = Date.now()
  await other.close()
  await expect.poll(() => extensionHosts(home)).toEqual([])
  await expect.poll(() => isAlive(pid), { timeout: 2 * patience }).toBe(false)
  expect(record(run).state).toBe('stopped')
  const end = events(run).at(-1)!
  expect(end).toMatchObject({ type: 'end', outcome: 'stopped' })
  // It was the second window that it waited for in vain, not the first one.
  expect(Date.parse(end.time) - closed).toBeGreaterThanOrEqual(patience)

  const next = await openElsewhere(vscode)
  await openTrainingView(next)
  await next.getByRole('treeitem', { name: /tickets-finetuned, stopped/ }).waitFor()
  await expect.poll(() => toldOf(next)).toEqual(['tickets-finetuned was stopped. It can be resumed.'])
})

journey('a run that ends while no window is open is told of once by the next ones', {}, async ({ vscode, page, workspace, home }) => {
  const run = join(workspace, 'tickets-finetuned')
  await openTrainingView(page)
  await trainOnTickets(page, manyEpochs)
  await page.close()
  await expect.poll(() => extensionHosts(home)).toEqual([])
  await expect.poll(() => record(run).state, { timeout: 480_000 }).toBe('finished')

  const windows = await Promise.all([openElsewhere(vscode), openElsewhere(vscode)])
  for (const window of windows) await openTrainingView(window)
  for (const window of windows) await window.getByRole('treeitem', { name: /tickets-finetuned, finished/ }).waitFor()
  await expect.poll(async () => (await Promise.all(windows.map(toldOf))).flat()).toEqual([expect.stringMatching(/^tickets-finetuned is finished: accuracy \d/)])
})

/** A window of another folder, which does not show the run: nothing is told of one that is seen. */
function openElsewhere(vscode: VsCode): Promise<Page> {
  const folder = join(vscode.home, 'elsewhere')
  mkdirSync(folder, { recursive: true })
  return vscode.openWindow(folder)
}

/** The notifications about the run, also those that have gone from sight. */
async function toldOf(window: Page): Promise<string[]> {
  return (await notifications(window)).filter((text) => text.startsWith('tickets-finetuned'))
}
