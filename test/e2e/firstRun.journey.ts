// A person's first minutes: from the empty view, by the built-in sample, to a classified line.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { classifiedAs, openFile, openVsCode, packedVsix, panel, runCommand } from './vscode.ts'

test('the News sample is trained from the empty view, its result shown, a line classified', async () => {
  const vscode = await openVsCode(packedVsix(), { files: { 'notes.txt': 'The home team won the championship after a thrilling match.\nSecond line\n' } })
  onTestFinished(({ task }) => vscode.close(task.result?.state === 'fail' ? 'firstRun.png' : undefined))
  const { page } = vscode
  const run = join(vscode.home, 'user-data/User/globalStorage/finetune.finetune/runs/news-mini-finetuned')

  await page.locator('.activitybar .action-label[aria-label^="Finetune"]').click()
  await page.getByRole('button', { name: 'Try it: fine-tune on AG News' }).click()
  await panel(page).getByText('Try now with the built-in News sample').click()

  // Watch: what the view shows is what the run's process does.
  await panel(page).getByText(/\d+% · \d+ rows\/s · .* left/).waitFor()
  await page.getByRole('treeitem', { name: /news-mini-finetuned, running/ }).waitFor()
  expect(record(run).state).toBe('running')
  expect(() => process.kill(record(run).process.pid, 0)).not.toThrow()

  // Result: the panel's numbers are those on disk.
  await panel(page).getByRole('table', { name: 'Per label' }).waitFor()
  const { state, best } = record(run)
  expect(state).toBe('finished')
  expect(best.eval_accuracy).toBeGreaterThan(0.8)
  const accuracy = `${(best.eval_accuracy * 100).toFixed(1)}%`
  expect(await panel(page).locator('.figure strong').first().textContent()).toBe(accuracy)
  expect(await panel(page).getByRole('table', { name: 'Per epoch' }).locator('tbody tr').count()).toBe(3)
  const confusion = await panel(page).locator('.confusion td').allTextContents()
  expect(confusion.reduce((sum, rows) => sum + Number(rows), 0)).toBe(160)
  await page.getByRole('treeitem', { name: new RegExp(`news-mini-finetuned, finished, in use, ${accuracy}`) }).waitFor()

  // Classify Selection: the first model trained is in use, and reads the ONNX file that the run exported.
  expect(existsSync(join(run, 'onnx/model.onnx'))).toBe(true)
  await openFile(page, 'notes.txt')
  await runCommand(page, 'Finetune: Classify Selection')
  expect(await classifiedAs(page, 'The home team')).toMatch(/^Sports [5-9]\d%$|^Sports 100%$/)
  expect(vscode.foreignRequests.filter((host) => host !== 'open-vsx.org')).toEqual([])
})

function record(run: string) {
  return JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'))
}
