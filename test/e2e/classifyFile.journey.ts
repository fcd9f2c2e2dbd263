// Classify File on a stranger's spreadsheet: labels as the terminal gives them, cells that a spreadsheet would run defused, and said so.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { expect } from 'vitest'
import { canaryText, csvCell } from './canaryRow.ts'
import { journey } from './journey.ts'
import { finetune, ticketRun } from './terminal.ts'
import { choose, openTrainingView, runCommand, useRun } from './window.ts'

const texts = ['I want my money back', 'Lovely and quick service', 'The app crashes', canaryText]
const notes = ['=1+1', '+SUM(A1)', '-A1', '@SUM(A1)']
const rows = texts.map((text, row) => [csvCell(text), csvCell(notes[row])].join(','))

journey('a file is classified as the terminal does, and no cell of the copy is a formula', { files: { 'mail.csv': ['text,note', ...rows, ''].join('\n') } }, async ({ vscode, page, workspace }) => {
  const model = await ticketRun(vscode, 'tickets-model')
  const before = readFileSync(join(workspace, 'mail.csv'), 'utf8')
  await openTrainingView(page)
  await useRun(page, 'tickets-model')

  await runCommand(page, 'Finetune: Classify File…')
  await choose(page, 'mail.csv')
  // The canary's text begins with = and is one of them.
  const said = page.locator('.notification-list-item-message').filter({ hasText: 'mail-classified.csv has the columns label and score for 4 rows.' })
  await said.filter({ hasText: 'Cells that a spreadsheet would run as formulas, with an apostrophe in front now: 5.' }).waitFor()
  await page.getByRole('button', { name: 'Open File' }).click()
  await page.getByRole('tab', { name: 'mail-classified.csv' }).waitFor()

  const written = parse<Record<string, string>>(readFileSync(join(workspace, 'mail-classified.csv'), 'utf8'), { columns: true })
  expect(written.map(({ note }) => note)).toEqual(notes.map((note) => `'${note}`))
  expect(written.flatMap((row) => Object.values(row)).filter((cell) => /^[=+\-@]/.test(cell))).toEqual([])
  for (const [row, text] of texts.entries()) {
    const { label, score } = JSON.parse(await finetune(vscode, 'predict', '--model', model, '--json', '--', text))
    expect(written[row].label).toBe(label)
    expect(Number(written[row].score)).toBeCloseTo(score, 3)
  }
  expect(readFileSync(join(workspace, 'mail.csv'), 'utf8')).toBe(before)
})
