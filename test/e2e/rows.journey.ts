// Rows of a file that has no lines, with everything a stranger's text can try: listed, opened read-only, put right; and the program to copy.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { pythonSnippet } from '../../src/runs/snippets.ts'
import { canaryText } from './canaryRow.ts'
import { journey } from './journey.ts'
import { start } from './ticketForm.ts'
import { choose, openTrainingView, panel, runCommand, untilFinished } from './window.ts'

/** One JSON document; the canary is in every fifth review, and of those each third has the wrong label. */
function reviews(): string {
  return JSON.stringify(Array.from({ length: 300 }, (_, row) => {
    const [isGood, hasCanary, isWrong] = [2, 5, 15].map((each) => row % each === 0)
    return { text: `Visit ${row}: ${isGood ? 'great, we loved it' : 'awful, we hated it'} ${hasCanary ? canaryText : ''}`, label: isGood === isWrong ? 'bad' : 'good' }
  }))
}

journey('a row without a line opens as a read-only document, and a program that uses the model can be copied', { files: { 'reviews.json': reviews() } }, async ({ page, workspace }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const run = join(workspace, 'reviews-finetuned')
  await openTrainingView(page)
  await runCommand(page, 'Finetune: Fine-tune on a File…')
  await panel(page).getByText('Choose a File…').click()
  await choose(page, 'reviews.json')
  await panel(page).getByText('270 rows to train on, 30 to evaluate on').waitFor()
  await start(page)
  await untilFinished(page)
  const mistakes = panel(page).getByRole('region', { name: 'Most confident mistakes' })
  await mistakes.getByRole('row').nth(1).waitFor()

  await panel(page).getByRole('button', { name: 'Copy Python' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(pythonSnippet(run, 'single_label_classification'))

  // The canary stands in the lists as text.
  const predictions = readFileSync(join(run, 'predictions.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line))
  const [worst] = predictions.filter(({ label, predicted }) => label !== predicted).sort((a, b) => b.score - a.score)
  expect(worst.text).toContain(canaryText)
  expect(await mistakes.getByRole('row').nth(1).textContent()).toContain('<img id="canary-image"')
  await mistakes.getByRole('button', { name: `Fix Label: reviews.json, row ${worst.row}` }).click()
  const labels = mistakes.locator('vscode-dropdown')
  await labels.click()
  await labels.locator('vscode-option', { hasText: worst.predicted }).click()
  await panel(page).getByRole('table', { name: 'Corrected labels' }).getByText('<img id="canary-image"').waitFor()
  // There is no CSV file to write into.
  expect(await panel(page).getByRole('button', { name: 'Write into CSV…' }).count()).toBe(0)

  await mistakes.getByRole('button', { name: `Open reviews.json, row ${worst.row}` }).click()
  const editor = page.locator(`.monaco-editor[data-uri^="finetune-row:/reviews.json row ${worst.row}.txt"], .monaco-editor[data-uri^="finetune-row:/reviews.json%20row%20${worst.row}.txt"]`)
  await editor.getByText(`Predicted: ${worst.predicted}`).waitFor()
  await editor.locator('.view-lines').click()
  await page.keyboard.type('x')
  await page.locator('.monaco-editor').getByText('Cannot edit in read-only editor').waitFor()
})
