// A file with a mistake: the error stands at the field where it is put right, with file and row, and the focus is there.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { canaryText, csvCell } from './canaryRow.ts'
import { journey } from './journey.ts'
import { start } from './ticketForm.ts'
import { choose, panel, runCommand } from './window.ts'

const good = Array.from({ length: 40 }, (_, row) => `${row === 39 ? csvCell(canaryText) : `message ${row}`},${row % 2 ? 'bug' : 'praise'}`)

journey('a bad CSV gives the error at the data field, with file and row, and the focus there; put right, it is read again', {}, async ({ page, workspace }) => {
  writeFileSync(join(workspace, 'bad.csv'), ['text,label', ...good.slice(0, 5), '"a quote that is never closed,bug', ...good].join('\n'))
  await runCommand(page, 'Finetune: Fine-tune on a File…')
  await panel(page).getByText('Choose a File…').click()
  await choose(page, 'bad.csv')

  const field = panel(page).locator('vscode-dropdown[aria-label="Data"]')
  const mistake = panel(page).getByText(/^bad\.csv, row 6 \(line 7\) is malformed/)
  await mistake.waitFor()
  const state = () => field.evaluate((control) => ({
    isFocused: control === document.activeElement,
    isInvalid: control.getAttribute('aria-invalid'),
    described: control.ariaDescribedByElements?.map((element) => element.textContent).join(),
  }))
  await expect.poll(state).toEqual({ isFocused: true, isInvalid: 'true', described: await mistake.textContent() })

  // Start starts nothing: it leads back to the field.
  await start(page)
  await expect.poll(state).toMatchObject({ isFocused: true })
  expect(existsSync(join(workspace, 'bad-finetuned'))).toBe(false)

  // A setting that is wrong is told at its own field, once the data is right.
  writeFileSync(join(workspace, 'bad.csv'), ['text,label', ...good].join('\n'))
  await panel(page).getByText('Choose a File…').click()
  await choose(page, 'bad.csv')
  await panel(page).getByText('36 rows to train on, 4 to evaluate on').waitFor()
  expect(await mistake.count()).toBe(0)
  const epochs = panel(page).getByRole('textbox', { name: /^Epochs/ })
  await epochs.fill('-1')
  await panel(page).getByText('Epochs must be a number above 0, not -1').waitFor()
  await start(page)
  await expect.poll(() => epochs.evaluate((input) => (input.getRootNode() as ShadowRoot).activeElement === input)).toBe(true)
  expect(existsSync(join(workspace, 'bad-finetuned'))).toBe(false)
  await epochs.fill('1')
  await panel(page).getByText(/About \d+ s · 3 steps · .* saved to bad-finetuned/).waitFor()
})
