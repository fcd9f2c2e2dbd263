/** A person signs in by entering a code on a page of the Hub. */
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

export function dialog(page: Page, text: string): Locator {
  return page.locator('.monaco-dialog-box').filter({ hasText: text })
}
