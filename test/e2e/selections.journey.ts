// Classify Selection with a run of the terminal, whose labels are a stranger's: several selections, their hovers, the current line, a long text.
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { canaryLabel } from './canaryRow.ts'
import { journey } from './journey.ts'
import { finetune, ticketRun } from './terminal.ts'
import { classifiedAs, openFile, openTrainingView, runCommand, useRun } from './window.ts'

const lines = ['I want my money back', 'Lovely and quick service', 'The app crashes']
const longLine = 'The app crashes when I open the page, '.repeat(100)

journey('selections are classified as the terminal does, all labels are in the hover, as text', { files: { 'lines.txt': [...lines, longLine, ''].join('\n') } }, async ({ vscode, page }) => {
  const model = await ticketRun(vscode, 'tickets-model')
  await openTrainingView(page)
  await useRun(page, 'tickets-model')

  await openFile(page, 'lines.txt')
  await page.keyboard.press('Control+Home')
  for (let line = 1; line < lines.length; line++) await runCommand(page, 'Add Cursor Below')
  await page.keyboard.press('Shift+End')
  await runCommand(page, 'Finetune: Classify Selection')
  for (const line of lines) {
    const { label, score } = JSON.parse(await finetune(vscode, 'predict', '--model', model, '--json', '--', line))
    expect(await classifiedAs(page, line)).toBe(`${label} ${Math.round(score * 100)}%`)
  }
  const hover = await hoverAt(page)
  const labels = ['bug', 'praise', 'refund', canaryLabel]
  for (const label of labels) expect(hover).toContain(label.slice(0, 40))
  expect(hover.match(/\d+\.\d%/g)).toHaveLength(labels.length)

  // Nothing is selected: the line in which the cursor is. It is longer than the model reads.
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+End')
  await page.keyboard.press('ArrowUp')
  await runCommand(page, 'Finetune: Classify Selection')
  await classifiedAs(page, 'when I open the page')
  expect(await hoverAt(page)).toMatch(/only its first \d+ tokens count/)
})

/** What the hover at the cursor says. */
async function hoverAt(page: Page): Promise<string> {
  await runCommand(page, 'Show or Focus Hover')
  const hover = page.locator('.monaco-hover:visible .hover-contents').first()
  await hover.waitFor()
  expect(await hover.locator('img, b, script').count()).toBe(0)
  // The only link is ours.
  expect((await hover.locator('a').allTextContents()).filter((text) => text !== 'Use another model')).toEqual([])
  return (await hover.innerText()).replaceAll('\u00a0', ' ')
}
