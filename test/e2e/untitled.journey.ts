// Lines of a file that was never saved are classified as the terminal classifies them.
import { expect } from 'vitest'
import { canaryText } from './canaryRow.ts'
import { journey } from './journey.ts'
import { finetune } from './terminal.ts'
import type { VsCode } from './vscode.ts'
import { classifiedAs, openTrainingView, panel, runCommand, untilFinished } from './window.ts'
import { sampleRun } from './workspace.ts'

const lines = ['Shares of the bank fell after its profit warning', 'The striker scored twice in the final', canaryText]

journey('each line of an untitled file gets the label and score that finetune predict gives', {}, async ({ vscode, page, home }) => {
  await openTrainingView(page)
  await page.getByRole('button', { name: 'Try it: fine-tune on AG News' }).click()
  await panel(page).getByRole('button', { name: 'Try now with the built-in News sample' }).click()
  await untilFinished(page)
  await page.getByRole('treeitem', { name: /news-mini-finetuned, finished, in use/ }).waitFor()

  await runCommand(page, 'File: New Untitled Text File')
  await page.locator('.monaco-editor[data-uri^="untitled:"]').click()
  for (const text of lines) {
    await page.keyboard.press('Control+A')
    // A terminal's codes cannot be typed.
    const typed = text.replace(/[\u0000-\u001f]/g, '')
    await page.keyboard.insertText(typed)
    await runCommand(page, 'Finetune: Classify Selection')
    expect(await classifiedAs(page, typed.slice(0, 20))).toBe(await predict(vscode, sampleRun(home), typed))
  }

  // The hover has all labels, most likely first, and the text is none of it.
  await runCommand(page, 'Show or Focus Hover')
  const hover = page.locator('.monaco-hover').filter({ hasText: 'news-mini-finetuned' })
  await hover.waitFor()
  const scores = Array.from((await hover.innerText()).matchAll(/([\d.]+)%\s+(Business|Sci\/Tech|Sports|World)/g), ([, score, label]) => ({ label, score: Number(score) }))
  expect(scores.map(({ label }) => label).sort()).toEqual(['Business', 'Sci/Tech', 'Sports', 'World'])
  expect(scores.map(({ score }) => score)).toEqual(scores.map(({ score }) => score).sort((a, b) => b - a))
})

/** What the terminal says, in the digits of the editor. */
async function predict(vscode: VsCode, model: string, text: string): Promise<string> {
  const { label, score } = JSON.parse(await finetune(vscode, 'predict', '--model', model, '--json', '--', text))
  return `${label} ${Math.round(score * 100)}%`
}
