// The process of a run dies: the editor says so, stays as it is, and the run goes on from the view.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openVsCode, packedVsix, panel } from './vscode.ts'

test('a run whose process was killed is resumed from the view and ends', async () => {
  const vscode = await openVsCode(packedVsix())
  onTestFinished(({ task }) => vscode.close(task.result?.state === 'fail' ? 'killed.png' : undefined))
  const { page } = vscode
  const run = join(vscode.home, 'user-data/User/globalStorage/finetune.finetune/runs/news-mini-finetuned')
  const record = () => JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'))

  await page.locator('.activitybar .action-label[aria-label^="Finetune"]').click()
  await page.getByRole('button', { name: 'Try it: fine-tune on AG News' }).click()
  await panel(page).getByText('Try now with the built-in News sample').click()
  await panel(page).getByRole('table', { name: 'Per epoch' }).waitFor()
  const { pid } = record().process
  process.kill(pid, 'SIGKILL')

  await panel(page).getByText(/^interrupted after step \d+: its process is gone/).waitFor()
  expect(record().state).toBe('running') // nobody was left to say otherwise
  const item = page.getByRole('treeitem', { name: /news-mini-finetuned, interrupted/ })
  await item.hover()
  await item.getByRole('button', { name: 'Resume' }).click()

  await panel(page).getByRole('table', { name: 'Per label' }).waitFor()
  expect(record().state).toBe('finished')
  expect(record().process.pid).not.toBe(pid)
  expect(await panel(page).getByRole('table', { name: 'Per epoch' }).locator('tbody tr').count()).toBe(3)
})
