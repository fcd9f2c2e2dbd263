/** What a person does on the way to the Hub: signs in with a code on one of its pages, publishes. */
import type { Locator, Page } from 'playwright-core'
import { choose } from './window.ts'

/** From VS Code's question whether Finetune may sign in, to the account. @param account name that the page is told */
export async function signInWithCode(page: Page, account: string): Promise<void> {
  await dialog(page, 'wants to sign in using Hugging Face').getByRole('button', { name: 'Allow' }).click()
  await choose(page, 'With a browser and a code')
  const code = dialog(page, 'Your code is')
  await code.waitFor()
  const opened = page.context().waitForEvent('page')
  await code.getByRole('button', { name: 'Copy Code and Open Page' }).click()
  const consent = await opened
  await consent.getByRole('combobox', { name: 'account' }).selectOption(account)
  await consent.getByRole('button', { name: 'Allow' }).click()
  await consent.getByText('Device connected').waitFor()
  await consent.close()
}

/** From the question who may see a new repository to the upload: private, and nothing of the data unless it is ticked. */
export async function publishPrivately(page: Page, { withExamples = false } = {}): Promise<void> {
  await choose(page, 'Private')
  const examples = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Example rows in the card' })
  await examples.waitFor()
  if (withExamples) await examples.click()
  await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click()
  const preview = dialog(page, 'Publish to')
  await preview.getByText(withExamples ? 'Rows of data that go up, in the card: 4' : 'No rows of data go up.').waitFor()
  await preview.getByRole('button', { name: 'Publish', exact: true }).click()
}

export function dialog(page: Page, text: string): Locator {
  return page.locator('.monaco-dialog-box').filter({ hasText: text })
}
