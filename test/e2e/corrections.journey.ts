// Wrong labels in a person's data: found among the most confident mistakes, put right, learnt in the next run, written into the file, undone.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { canaryText, csvCell } from './canaryRow.ts'
import { journey } from './journey.ts'
import { start } from './ticketForm.ts'
import { choose, chooseAll, openTrainingView, panel, runCommand, untilFinished } from './window.ts'
import { record } from './workspace.ts'

/** 300 reviews of two lines each, with Windows' line ends; every 15th has the wrong label, every fifth the canary. */
function reviews(): string {
  const rows = Array.from({ length: 300 }, (_, row) => {
    const isGood = row % 2 === 0
    const label = isGood === (row % 15 !== 0) ? 'good' : '"bad"'
    const text = `Visit ${row},\r\n${isGood ? 'the food was "great", we loved it' : 'the food was "awful", we hated it'}${row % 5 === 0 ? ` ${canaryText}` : ''}`
    return `${csvCell(text)},${label}`
  })
  return ['text,label', ...rows].join('\r\n') + '\r\n'
}

journey('a wrong label is found, put right beside the data, learnt, written into the file and taken back', { files: { 'reviews.csv': reviews() } }, async ({ page, workspace }) => {
  const [first, second] = ['reviews-finetuned', 'reviews-finetuned-2'].map((name) => join(workspace, name))
  const csv = () => readFileSync(join(workspace, 'reviews.csv'), 'utf8')
  const before = csv()
  await openTrainingView(page)
  await train(page)
  const mistakes = panel(page).getByRole('region', { name: 'Most confident mistakes' })
  await mistakes.getByRole('row').nth(1).waitFor()

  // The list is what the run has on disk, and the cells of the confusion matrix have as many rows as they say.
  const wrong = predictions(first).filter(({ label, predicted }) => label !== predicted).sort((a, b) => b.score - a.score)
  expect(await mistakes.getByRole('row').count()).toBe(1 + Math.min(10, wrong.length))
  const cell = panel(page).locator('.confusion .wrong button').first()
  await cell.click()
  const rowsOfCell = panel(page).getByRole('region', { name: /, taken for / }).last()
  await rowsOfCell.getByRole('row').nth(1).waitFor()
  expect(await rowsOfCell.getByRole('row').count() - 1).toBe(Math.min(10, Number(await cell.textContent())))

  // Open row: the line is that of the file, where every row takes two.
  const [worst] = wrong
  await mistakes.getByRole('button', { name: `Open reviews.csv, row ${worst.row}` }).click()
  await page.getByRole('button', { name: `Ln ${2 * worst.row}, Col 1` }).waitFor()

  // Fix label: beside the data, which stays as it is.
  const right = worst.label === 'good' ? 'bad' : 'good'
  await mistakes.getByRole('button', { name: `Fix Label: reviews.csv, row ${worst.row}` }).click()
  const labels = mistakes.locator('vscode-dropdown')
  await labels.click()
  await labels.locator('vscode-option', { hasText: right }).click()
  await panel(page).getByRole('table', { name: 'Corrected labels' }).waitFor()
  await mistakes.getByText(`now ${right}`).waitFor()
  const corrections = readFileSync(join(workspace, '.finetune/corrections.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line))
  expect(corrections).toMatchObject([{ label: right, was: worst.label, label_column: 'label', row: worst.row }])
  expect(csv()).toBe(before)

  // The next run is measured with it, and says so on record.
  await train(page)
  expect(record(second).corrections).toEqual([{ text_sha256: corrections[0].text_sha256, label: right }])
  expect(record(first).corrections).toEqual([])
  expect(predictions(second).find(({ row }) => row === worst.row)!.label).toBe(right)

  // Write into CSV: one cell changes, quotes and line ends stay; Undo in the editor takes it back.
  await panel(page).getByRole('button', { name: 'Write into CSV…' }).click()
  const dialog = page.locator('.monaco-dialog-box')
  await dialog.getByText('reviews.csv: 1 row').waitFor()
  await dialog.getByRole('button', { name: 'Write', exact: true }).click()
  const lines = before.split('\n')
  lines[2 * worst.row] = lines[2 * worst.row].replace(/(?<=",)("?)\w+\1/, (cell) => cell.replace(worst.label, right))
  await expect.poll(csv).toBe(lines.join('\n'))
  await page.keyboard.press('Control+Z')
  await page.keyboard.press('Control+S')
  await expect.poll(csv).toBe(before)

  // Each correction can be undone where it is listed.
  await panel(page).getByRole('button', { name: 'Undo the correction of reviews.csv' }).click()
  await panel(page).getByRole('table', { name: 'Corrected labels' }).waitFor({ state: 'detached' })
  expect(existsSync(join(workspace, '.finetune/corrections.jsonl'))).toBe(true)

  // Both runs beside each other: accuracies as on disk, and a word that they were not measured with the same labels.
  await runCommand(page, 'View: Close All Editors')
  await runCommand(page, 'Finetune: Compare Runs')
  await chooseAll(page, 2)
  const results = panel(page).getByRole('table', { name: 'Results' })
  await results.getByRole('row', { name: /^Accuracy/ }).waitFor()
  const shown = async (row: RegExp) => (await results.getByRole('row', { name: row }).getByRole('cell').allTextContents()).sort()
  await expect.poll(() => shown(/^Corrected labels/)).toEqual(['0', '1'])
  const accuracies = [first, second].map((run) => `${(record(run).best.eval_accuracy * 100).toFixed(1)}%`)
  await expect.poll(async () => (await shown(/^Accuracy/)).map((cell) => cell.replace(/ ±.*/, ''))).toEqual(accuracies.sort())
  await panel(page).getByText('They did not see the same rows and labels').waitFor()
  await panel(page).getByText('The settings are the same.').waitFor()
  await results.getByRole('button', { name: 'reviews-finetuned-2' }).click()
  await panel(page).getByRole('heading', { name: 'reviews-finetuned-2' }).waitFor()
})

async function train(page: Page): Promise<void> {
  await runCommand(page, 'Finetune: Fine-tune on a File…')
  await panel(page).getByText('Choose a File…').click()
  await choose(page, 'reviews.csv')
  await panel(page).getByText('270 rows to train on, 30 to evaluate on').waitFor()
  await start(page)
  await untilFinished(page)
}

function predictions(run: string): { row: number, label: string, predicted: string, score: number }[] {
  return readFileSync(join(run, 'predictions.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line))
}
