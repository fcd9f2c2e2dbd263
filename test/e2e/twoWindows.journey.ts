// Two windows look at one run, and in both somebody presses Stop.
import { join } from 'node:path'
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { extensionHosts, isAlive } from './processes.ts'
import { endlessEpochs, trainOnTickets } from './ticketForm.ts'
import { openTrainingView, panel } from './window.ts'
import { events, record } from './workspace.ts'

journey('a run that two windows show is stopped by both at once, and both say so', {}, async ({ vscode, page, workspace, home }) => {
  const run = join(workspace, 'tickets-finetuned')
  await openTrainingView(page)
  await trainOnTickets(page, endlessEpochs)
  const other = await vscode.openWindow()
  await openTrainingView(other)
  // As long as a person presses: the line must not be drawn anew meanwhile.
  await other.getByRole('treeitem', { name: /tickets-finetuned, running/ }).click({ delay: 120 })
  await panel(other).getByText(/\d+% · \d+ rows\/s/).waitFor()
  expect(extensionHosts(home)).toHaveLength(2)
  const { pid } = record(run).process

  const windows = [page, other]
  // At once: a click that first waits for the pointer may come when the other one has already stopped the run.
  const buttons = await Promise.all(windows.map((window) => panel(window).getByRole('button', { name: 'Stop' }).elementHandle()))
  await Promise.all(buttons.map((button) => button!.evaluate((stop) => (stop as HTMLElement).click())))
  await Promise.all(windows.map((window) => panel(window).getByText(/^stopped after step \d+/).waitFor()))
  await expect.poll(() => isAlive(pid)).toBe(false)
  const ends = events(run).filter((event) => event.type === 'end')
  expect(ends).toMatchObject([{ outcome: 'stopped' }])
  expect(record(run).state).toBe('stopped')
  for (const window of windows) {
    await panel(window).getByText(new RegExp(`^stopped after step ${ends[0].step}\\b`)).waitFor()
    await window.getByRole('treeitem', { name: /tickets-finetuned, stopped/ }).waitFor()
    expect(await panel(window).getByRole('alert').filter({ visible: true }).allTextContents()).toEqual([])
  }
})
