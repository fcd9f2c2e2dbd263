// How long a person waits in the editor (`npm run bench:editor`): printed, not judged, since it depends on the machine.
import type { Page } from 'playwright-core'
import { test } from 'vitest'
import { VsCode } from '../test/e2e/vscode.ts'
import { panel, runCommand, untilFinished } from '../test/e2e/window.ts'

const texts = ['Shares fell after the profit warning', 'The striker scored twice in the final', 'A new chip doubles the speed', 'The president met his ministers', 'Oil prices rose again']

test('timings', async () => {
  const vscode = await VsCode.start()
  try {
    const page = await vscode.openWindow()
    print('first panel, with activation', await milliseconds(() => openForm(page)))
    await runCommand(page, 'View: Close All Editors')
    print('panel', await milliseconds(() => openForm(page)))
    await panel(page).getByRole('button', { name: 'Try now with the built-in News sample' }).click()
    await untilFinished(page)
    const times: number[] = []
    for (const text of texts) times.push(await classified(page, text))
    print('first text classified, with the model loaded', times[0])
    print('a text classified, median', times.slice(1).sort((a, b) => a - b)[Math.floor(texts.length / 2) - 1])
  } finally {
    await vscode.close()
  }
})

async function openForm(page: Page): Promise<void> {
  await runCommand(page, 'Finetune: Fine-tune on AG News')
  await panel(page).getByRole('button', { name: 'Try now with the built-in News sample' }).waitFor()
}

/** As the panel says it: from the request until the answer. */
async function classified(page: Page, text: string): Promise<number> {
  const time = panel(page).locator('.try-it').getByText(/^\d+ ms$/)
  const before = await time.elementHandles()
  for (const element of before) await element.evaluate((node) => { node.textContent = '' })
  await panel(page).getByRole('textbox', { name: 'Text to classify' }).fill(text)
  return parseInt(await time.innerText())
}

async function milliseconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function print(what: string, time: number): void {
  console.log(`${what}: ${Math.round(time)} ms`)
}
