// Pictures of every state in three themes, into media/screens (`npm run screenshots`). They are looked at by people, not compared.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { test } from 'vitest'
import { pictureTickets } from './pictureTickets.ts'
import { badFile, setTheme, themes, visitStates } from './states.ts'
import type { Theme } from './states.ts'
import { manyEpochs } from './ticketForm.ts'
import { universalExtensions } from './universal.ts'
import { VsCode } from './vscode.ts'
import type { VsCodeOptions } from './vscode.ts'
import { openTrainingView, panel } from './window.ts'

const folder = 'media/screens'
const universal = universalExtensions()

test('the states of the panel', () => picture({ files: { 'tickets.csv': pictureTickets(), ...badFile } }, async (page, { workspace }) => visitStates({ page, workspace, epochs: manyEpochs }, (state) => inThemes(page, state))))

test('a workspace that is not trusted', () => picture({ isTrusted: false }, async (page) => {
  await openTrainingView(page)
  await page.getByRole('button', { name: 'Manage Trust' }).waitFor()
  await inThemes(page, 'untrusted')
}))

test('a platform without native code', () => picture({ extensions: universal }, async (page) => {
  await openTrainingView(page)
  await page.getByText('Training and classifying are not available here').waitFor()
  await inThemes(page, 'unsupported')
}))

async function picture(options: VsCodeOptions, take: (page: Page, vscode: VsCode) => Promise<void>): Promise<void> {
  const vscode = await VsCode.start(options)
  try {
    const page = await vscode.openWindow()
    await page.setViewportSize({ width: 1160, height: 740 })
    await take(page, vscode)
  } finally {
    await vscode.close()
  }
}

async function inThemes(page: Page, state: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const theme of Object.keys(themes) as Theme[]) {
    await setTheme(page, theme)
    await tidy(page)
    await page.screenshot({ path: join(folder, `${state}-${theme}.png`), animations: 'disabled' })
  }
  await setTheme(page, 'dark')
}

/** The page from its top, or where it warns, and nothing that is there only because the mouse is. */
async function tidy(page: Page): Promise<void> {
  await page.mouse.move(250, 18)
  await page.locator('.workbench-hover-container').waitFor({ state: 'hidden' })
  if (await page.locator('iframe.webview.ready:visible').count() === 0) return
  await panel(page).locator('body').evaluate((body) => {
    window.scrollTo(0, 0)
    body.querySelector('.warnings')?.scrollIntoView({ block: 'center' })
  })
}
