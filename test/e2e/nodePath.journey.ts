// Another Node than VS Code's own: a wrong path is told with what to do, a right one trains and classifies.
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { canaryText } from './canaryRow.ts'
import { journey } from './journey.ts'
import { processesOf } from './processes.ts'
import { classifiedAs, openFile, openTrainingView, panel, runCommand, untilFinished } from './window.ts'
import { record, sampleRun } from './workspace.ts'

const wrong = '/nowhere/node'
/** That the window has read them is seen by its title. */
const machineSettings = (path: string) => JSON.stringify({ 'finetune.nodePath': path, 'window.title': `with ${path}` })

journey('a wrong finetune.nodePath is told with its remedy, a right one trains and classifies', { userData: { 'Machine/settings.json': machineSettings(wrong) } }, async ({ page, home }) => {
  await openTrainingView(page)
  await page.getByRole('button', { name: 'Try it: fine-tune on AG News' }).click()
  const sample = panel(page).getByRole('button', { name: 'Try now with the built-in News sample' })
  await sample.click()
  await panel(page).getByRole('alert').getByText(/^The setting finetune\.nodePath names \/nowhere\/node, which is no Node\.js to use \(ENOENT\): give the path/).waitFor()

  writeFileSync(join(home, 'user-data/Machine/settings.json'), machineSettings(process.execPath))
  await expect.poll(() => page.title()).toBe(`with ${process.execPath}`)
  await sample.click()
  await panel(page).getByText(/\d+% · \d+ rows\/s/).waitFor()
  expect(programOf(record(sampleRun(home)).process.pid)).toBe(programOf(process.pid))
  await untilFinished(page)

  await openFile(page, 'notes.txt')
  await page.keyboard.press('Control+A')
  await runCommand(page, 'Finetune: Classify Selection')
  expect(await classifiedAs(page, canaryText.slice(0, 20))).toMatch(/^\S+ \d+%$/)
  const workers = processesOf(home).filter(({ words }) => words.some((word) => word.endsWith('worker.js')))
  expect(workers.map(({ pid }) => programOf(pid))).toEqual([programOf(process.pid)])
  expect(readFileSync(join(home, 'server.log'), 'utf8')).not.toContain('Uncaught')
})

function programOf(pid: number): string {
  return readlinkSync(`/proc/${pid}/exe`)
}
