import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { startHub } from '../hub/hub.ts'
import { hostTests } from './hostTests.ts'

const hub = await startHub()
hub.addAccount('mara', 'hf_of_mara_herself')
const env = { HF_ENDPOINT: hub.endpoint, HF_TOKEN: undefined, HF_HOME: undefined }
await hostTests('providerTaken', { isTrusted: true, env, play: pasteToken })
await hub.close()

/** Once: whoever signs in a second time is not asked. */
async function pasteToken(page: Page): Promise<void> {
  const ways = page.locator('.quick-input-list .monaco-list-row')
  await ways.filter({ hasText: 'With a token that I paste' }).waitFor()
  expect(await ways.count()).toBe(1)
  await ways.click()
  const input = page.locator('.quick-input-widget input[type="password"]')
  await input.fill('hf_of_mara_herself')
  await input.press('Enter')
}
