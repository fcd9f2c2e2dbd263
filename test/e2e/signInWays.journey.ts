// Signing in without an application that was registered: only the ways that work are offered, each saying which token it takes.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { startHub } from '../hub/hub.ts'
import { canaryText } from './canaryRow.ts'
import { journey } from './journey.ts'
import { dialog } from './onTheHub.ts'
import { extensionFolder, watchSecrets } from './secrets.ts'
import { accounts, choose, chooseInMenu, panel, runCommand, untilFinished } from './window.ts'

const token = 'hf_of_mara_herself'
const pasted = 'hf_that_mara_made_for_this'
const hub = await startHub()
hub.addAccount('mara', token, { role: 'write' })
hub.addAccount('mara', pasted, { role: 'write' })

const noTokens = { HF_ENDPOINT: hub.endpoint, HF_TOKEN: undefined, HF_TOKEN_PATH: undefined, HF_HOME: undefined }

journey('a token of this machine, then a pasted one; signing out of VS Code leaves the machine\'s file', { env: noTokens }, async ({ vscode, page, home }) => {
  const expectNoSecrets = watchSecrets(hub, vscode)
  const file = join(home, '.cache/huggingface/token')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, token)
  expect(await ways(page)).toEqual([`With the token on this machine, ${file}`, 'With a token that I paste, Made on the page Access Tokens of Hugging Face'])
  await choose(page, 'With the token on this machine')
  await untilSignedIn(page)

  // Without the file there is nothing to be signed in with, and the other ways are offered.
  rmSync(file)
  expect(await ways(page)).toEqual([expect.stringContaining('With a token that I paste')])
  await page.keyboard.press('Escape')
  writeFileSync(file, token)
  await runCommand(page, 'Finetune: Sign In to Hugging Face')
  await untilSignedIn(page)

  await signOut(page)
  expect(readFileSync(file, 'utf8')).toBe(token)

  await ways(page)
  await choose(page, 'With a token that I paste')
  const box = page.locator('.quick-input-widget')
  await box.getByText(`Make one at ${hub.endpoint}/settings/tokens: of type Write; or Fine-grained, with write access to your own repositories to publish and read access to gated ones`).waitFor()
  const input = box.locator('input').first()
  expect(await input.getAttribute('type')).toBe('password')
  await input.fill('no token')
  await input.press('Enter')
  await box.getByText('A token of Hugging Face begins with hf_').waitFor()
  await input.fill(pasted)
  await input.press('Enter')
  await untilSignedIn(page)
  await signOut(page)
  expect(readFileSync(file, 'utf8')).toBe(token)
  expect(existsSync(join(dirname(file), 'stored_tokens'))).toBe(false)
  await expectNoSecrets({ except: [file], processes: 0 })
})

journey('the variable HF_TOKEN is named where it gives the token, and no process of ours has it', { env: { ...noTokens, HF_TOKEN: token } }, async ({ vscode, page }) => {
  // The server of this person has it, and hands it to the windows' hosts.
  const expectNoSecrets = watchSecrets(hub, vscode, extensionFolder)
  expect(await ways(page)).toEqual(['With the token on this machine, The variable HF_TOKEN', expect.stringContaining('With a token that I paste')])
  await choose(page, 'With the token on this machine')
  await untilSignedIn(page)
  await runCommand(page, 'Finetune: Fine-tune on AG News')
  await panel(page).getByText('Try now with the built-in News sample').click()
  await untilFinished(page)
  await panel(page).getByRole('textbox', { name: 'Text to classify' }).fill(canaryText)
  await panel(page).locator('.try-it').getByText(/^\d+ ms$/).waitFor()
  await expectNoSecrets({ processes: 2 }) // it trains, and classifies
})

const vault = join(import.meta.dirname, '../../dist/e2e-vault')

journey('a file that HF_TOKEN_PATH names is named', { env: { ...noTokens, HF_TOKEN_PATH: vault } }, async ({ page }) => {
  onTestFinished(() => hub.close())
  mkdirSync(dirname(vault), { recursive: true })
  writeFileSync(vault, `${token}\n`)
  expect((await ways(page))[0]).toBe(`With the token on this machine, ${vault}`)
})

/** Asks to sign in, and reads the ways that are offered. */
async function ways(page: Page): Promise<string[]> {
  await runCommand(page, 'Finetune: Sign In to Hugging Face')
  await dialog(page, 'wants to sign in using Hugging Face').getByRole('button', { name: 'Allow' }).click()
  const entries = page.locator('.quick-input-list .monaco-list-row')
  await entries.filter({ hasText: 'With a token that I paste' }).waitFor()
  return entries.evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''))
}

async function untilSignedIn(page: Page): Promise<void> {
  const note = page.locator('.notification-list-item').filter({ hasText: 'Signed in to Hugging Face as mara.' })
  await note.waitFor()
  await runCommand(page, 'Notifications: Clear All Notifications')
  await note.waitFor({ state: 'detached' })
}

async function signOut(page: Page): Promise<void> {
  await accounts(page).click()
  await page.getByRole('menuitem', { name: 'mara (Hugging Face)' }).hover()
  await chooseInMenu(page, 'Sign Out')
  await dialog(page, 'Sign out').getByRole('button', { name: 'Sign Out' }).click()
}
