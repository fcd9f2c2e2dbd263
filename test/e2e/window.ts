/** What a person does in a window of VS Code. */
import type { FrameLocator, Page } from 'playwright-core'

/** As a person reloads a window. */
export async function reloadWindow(page: Page): Promise<void> {
  const loaded = page.waitForEvent('load')
  await runCommand(page, 'Developer: Reload Window')
  await loaded
  await untilReady(page)
}

export async function untilReady(page: Page): Promise<void> {
  await page.locator('.activitybar .action-label[aria-label^="Finetune"]').waitFor()
}

/** Opens the sidebar's training view. */
export async function openTrainingView(page: Page): Promise<void> {
  await page.locator('.activitybar .action-label[aria-label^="Finetune"]').click()
}

/** Runs a command by its title, such as `Finetune: Stop`. The palette may be older than the extension's commands, or lose the focus: it is asked again. */
export async function runCommand(page: Page, title: string): Promise<void> {
  const entry = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first()
  for (let isRun = false; !isRun;) {
    await page.keyboard.press('F1')
    isRun = await page.locator('.quick-input-widget input').fill(`>${title}`, { timeout: 3000 }).then(() => entry.click({ timeout: 3000 })).then(() => true, () => false)
    // Not before the first time: it would take several selections back to one.
    if (!isRun) await page.keyboard.press('Escape')
  }
}

/** Chooses an entry of the quick pick or file dialog that is open. */
export async function choose(page: Page, entry: string): Promise<void> {
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: entry }).first().click()
}

/** Chooses an entry of the menu that is open. VS Code's menus ignore the mouse for their first 100 ms: until the menu closes, it is clicked again. */
export async function chooseInMenu(page: Page, entry: string): Promise<void> {
  const item = page.getByRole('menuitem', { name: entry })
  await item.waitFor()
  while (await item.isVisible()) await item.click({ timeout: 1000 }).catch(() => undefined)
}

/** Opens a file of the workspace in an editor. */
export async function openFile(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+P')
  await page.locator('.quick-input-widget input').fill(name)
  await choose(page, name)
  await page.locator(`.editor-instance[aria-label*="${name}"], .monaco-editor[data-uri$="${name}"]`).first().waitFor()
}

/** The note behind a text that Classify Selection has classified. It is drawn by a style, so it is no text of the page. */
export async function classifiedAs(page: Page, text: string): Promise<string> {
  const note = await page.waitForFunction((text) => {
    const line = Array.from(document.querySelectorAll('.view-line')).find((each) => each.textContent?.replaceAll('\u00a0', ' ').includes(text))
    const contents = Array.from(line?.querySelectorAll('span') ?? []).map((span) => getComputedStyle(span, '::after').content)
    return contents.find((content) => content.includes('%'))
  }, text)
  return String(await note.jsonValue()).replace(/^"|"$/g, '').trim()
}

/** What is in the webview that is shown. */
export function panel(page: Page): FrameLocator {
  return page.frameLocator('iframe.webview.ready:visible').frameLocator('iframe#active-frame')
}

/** Waits for the result of the run that is shown, however long its training takes on this machine. */
export async function untilFinished(page: Page): Promise<void> {
  await panel(page).getByRole('table', { name: 'Per label' }).waitFor({ timeout: 480_000 })
}
