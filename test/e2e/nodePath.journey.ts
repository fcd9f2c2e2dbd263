// Another Node than VS Code's own: a wrong path is told with what to do, a right one trains and classifies.
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { processesOf } from './processes.ts'
import { classifiedAs, openFile, openTrainingView, panel, runCommand, untilFinished } from './window.ts'
import { record, sampleRun } from './workspace.ts'

const wrong = '/nowhere/node'
const machineSettings = (path: string) => JSON.stringify({ 'finetune.nodePath': path })

journey('a wrong finetune.nodePath is told with its remedy, a right one trains and classifies', { userData: { 'Machine/settings.json': machineSettings(wrong) } }, async ({ page, home }) => {
  await openTrainingView(page)
  await page.getByRole('button', { name: 'Try it: fine-tune on AG News' }).click()
  const sample = panel(page).getByRole('button', { name: 'Try now with the built-in News sample' })
  await sample.click()
  await panel(page).getByRole('alert').getByText(/^The setting finetune\.nodePath names \/nowhere\/node, which is no Node\.js to use \(ENOENT\): give the path/).waitFor()

  writeFileSync(join(home, 'user-data/Machine/settings.json'), machineSettings(process.execPath))
  // Told again until the window has read the file.
  for (let isBegun = false; !isBegun;) {
    await sample.click({ timeout: 5000 }).catch(() => {}) // it has gone where the run has begun meanwhile
    isBegun = await panel(page).getByText(/\d+% · \d+ rows\/s/).waitFor({ timeout: 5000 }).then(() => true, () => false)
  }
  expect(programOf(record(sampleRun(home)).process.pid)).toBe(programOf(process.pid))
  await untilFinished(page)

  await openFile(page, 'notes.txt')
  await page.keyboard.press('Control+Home')
  await runCommand(page, 'Finetune: Classify Selection')
  expect(await classifiedAs(page, 'The home team won')).toMatch(/^Sports \d+%$/)
  const workers = processesOf(home).filter(({ words }) => words.some((word) => word.endsWith('worker.js')))
  expect(workers.map(({ pid }) => programOf(pid))).toEqual([programOf(process.pid)])
  expect(readFileSync(join(home, 'server.log'), 'utf8')).not.toContain('Uncaught')
})

function programOf(pid: number): string {
  return readlinkSync(`/proc/${pid}/exe`)
}
