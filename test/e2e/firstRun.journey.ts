// A person's first minutes: from the walkthrough, by the built-in sample, to a classified line.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { canaryText } from './canaryRow.ts'
import { journey } from './journey.ts'
import { choose, classifiedAs, openFile, openTrainingView, panel, runCommand, untilFinished } from './window.ts'
import { record, sampleRun } from './workspace.ts'

journey('the walkthrough leads by the News sample to a classified line, and each of its steps is done when it really is', {}, async ({ page, home }) => {
  const run = sampleRun(home)
  await runCommand(page, 'Welcome: Open Walkthrough...')
  await choose(page, 'Train your first classifier')
  await page.getByRole('button', { name: 'Fine-tune on AG News' }).click()
  await openTrainingView(page)
  await panel(page).getByText('Try now with the built-in News sample').click()

  // Watch: what the view shows is what the run's process does.
  await panel(page).getByText(/\d+% · \d+ rows\/s · .* left/).waitFor()
  await page.getByRole('treeitem', { name: /news-mini-finetuned, running/ }).waitFor()
  expect(record(run).state).toBe('running')
  expect(() => process.kill(record(run).process.pid, 0)).not.toThrow()

  // Result: the panel's numbers are those on disk.
  await untilFinished(page)
  const { state, best } = record(run)
  expect(state).toBe('finished')
  expect(best.eval_accuracy).toBeGreaterThan(0.8)
  const accuracy = `${(best.eval_accuracy * 100).toFixed(1)}%`
  expect(await panel(page).locator('.figure strong').first().textContent()).toBe(accuracy)
  expect(await panel(page).getByRole('table', { name: 'Per epoch' }).locator('tbody tr').count()).toBe(3)
  const confusion = await panel(page).locator('.confusion td').allTextContents()
  expect(confusion.reduce((sum, rows) => sum + Number(rows), 0)).toBe(160)
  await page.getByRole('treeitem', { name: new RegExp(`news-mini-finetuned, finished, in use, ${accuracy}`) }).waitFor()

  // Try it: a stranger's text is classified as any other.
  await panel(page).getByRole('textbox', { name: 'Text to classify' }).fill(canaryText)
  await panel(page).locator('.try-it').getByText(/^\d+ ms$/).waitFor()

  // Classify Selection: the first model trained is in use, and reads the ONNX file that the run exported.
  expect(existsSync(join(run, 'onnx/model.onnx'))).toBe(true)
  await openFile(page, 'notes.txt')
  await runCommand(page, 'Finetune: Classify Selection')
  expect(await classifiedAs(page, 'The home team')).toMatch(/^Sports [5-9]\d%$|^Sports 100%$/)

  // The walkthrough knows what was done, and what was not.
  await page.getByRole('tab', { name: /Walkthrough|Welcome/ }).click()
  for (const step of ['train', 'result', 'classify']) await page.locator(`.codicon.complete[data-done-step-id$="#firstClassifier#${step}"]`).waitFor()
  expect(await page.locator('.codicon.complete[data-done-step-id$="#ownData"]').count()).toBe(0)
})
