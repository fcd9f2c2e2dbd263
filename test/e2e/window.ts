/** What a person does in a window of VS Code. */
import type { FrameLocator, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** As a person reloads a window. */
export async function reloadWindow(page: Page): Promise<void> {
  const loaded = page.waitForEvent('load')
  await runCommand(page, 'Developer: Reload Window')
  await loaded
  await untilReady(page)
}

export async function untilReady(page: Page): Promise<void> {
  await activity(page).waitFor()
}

/** Opens the sidebar's training view. */
export async function openTrainingView(page: Page): Promise<void> {
  await activity(page).click()
}

/** Runs a command by its title, such as `Finetune: Stop`. */
export function runCommand(page: Page, title: string): Promise<void> {
  return pick(page, 'F1', `>${title}`, title)
}

/** Opens a quick pick with a key, types, and clicks an entry. It may be older than the extension's commands, or lose the focus to what opens: it is opened again. */
async function pick(page: Page, key: string, words: string, entry: string): Promise<void> {
  const row = entries(page).filter({ hasText: entry }).first()
  for (let isPicked = false; !isPicked;) {
    await page.keyboard.press(key)
    isPicked = await page.locator('.quick-input-widget input').fill(words, { timeout: 5000 }).then(() => row.click({ timeout: 5000 })).then(() => true, () => false)
    // Not before the first time: it would take several selections back to one.
    if (!isPicked) await page.keyboard.press('Escape')
  }
}

/** The commands of ours that the palette offers now, in its order. It shows all of them only in a high window. */
export async function commandsOffered(page: Page): Promise<string[]> {
  const ours = entries(page).filter({ hasText: /^Finetune: / })
  for (let isThere = false; !isThere;) {
    await page.keyboard.press('Escape')
    await page.keyboard.press('F1')
    const input = page.locator('.quick-input-widget input')
    isThere = await input.fill('>Finetune: ', { timeout: 5000 }).then(() => ours.filter({ hasText: 'Show Log' }).waitFor({ timeout: 5000 })).then(() => true, () => false)
  }
  const names = await ours.locator('.label-name').allTextContents()
  await page.keyboard.press('Escape')
  return names.map((name) => name.replace('Finetune: ', '')).sort()
}

/** Chooses an entry of the quick pick or file dialog that is open. */
export async function choose(page: Page, entry: string): Promise<void> {
  await entries(page).filter({ hasText: entry }).first().click()
}

/** Of the quick pick, palette or file dialog that is open. */
export function entries(page: Page): Locator {
  return page.locator('.quick-input-list .monaco-list-row')
}

/** Ticks each entry of the quick pick that is open, which are so many, and goes on. */
export async function chooseAll(page: Page, count: number): Promise<void> {
  await expect.poll(() => entries(page).count()).toBe(count)
  for (const row of await entries(page).all()) await row.click()
  await page.locator('.quick-input-widget').getByText(`${count} Selected`).waitFor()
  await page.keyboard.press('Enter')
}

/** Chooses an entry of the menu that is open. VS Code's menus ignore the mouse for their first 100 ms: until the menu closes, it is clicked again. */
export async function chooseInMenu(page: Page, entry: string): Promise<void> {
  const item = page.getByRole('menuitem', { name: entry })
  await item.waitFor()
  while (await item.isVisible()) await item.click({ timeout: 1000 }).catch(() => undefined)
}

/** Opens the menu of a line or text, and chooses an entry of it. */
export async function chooseInMenuOf(page: Page, of: Locator, entry: string): Promise<void> {
  await of.click({ button: 'right' })
  await chooseInMenu(page, entry)
}

/** Our icon in the activity bar, with the badge that lies over it. */
function activity(page: Page): Locator {
  return page.locator('.activitybar .action-item').filter({ has: page.locator('.action-label[aria-label^="Finetune"]') })
}

/** Its icon, with the badge that lies over it where VS Code offers to sign in. */
export function accounts(page: Page): Locator {
  return page.locator('.activitybar .action-item').filter({ has: page.locator('.action-label[aria-label^="Accounts"]') })
}

/** The training view's badge in the activity bar. */
export function badge(page: Page, text: string): Locator {
  return activity(page).locator('.badge-content').filter({ hasText: text })
}

/** What stands in the status bar and can be pressed. */
export function statusBar(page: Page, name: RegExp): Locator {
  return page.locator('.part.statusbar').getByRole('button', { name })
}

/** The texts of all notifications, also of those that have gone from sight. */
export async function notifications(page: Page): Promise<string[]> {
  await runCommand(page, 'Notifications: Show Notifications')
  await page.locator('.notifications-center').waitFor()
  return page.locator('.notifications-center .notification-list-item-message').allInnerTexts()
}

/** Opens a file of the workspace in an editor. */
export async function openFile(page: Page, name: string): Promise<void> {
  await pick(page, 'Control+P', name, name)
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

/** Lets a finished run classify: also one that does already, as the first one whose end a window sees does at once. */
export async function useRun(page: Page, name: string): Promise<void> {
  const line = (state: string) => page.getByRole('treeitem', { name: `${name}, ${state}` })
  await line('finished').waitFor()
  await runCommand(page, 'Finetune: Choose Model…')
  await choose(page, name)
  await line('finished, in use').waitFor()
}

/** What is in the webview that is shown. */
export function panel(page: Page): FrameLocator {
  return page.frameLocator('iframe.webview.ready:visible').frameLocator('iframe#active-frame')
}

/** Waits for the result of the run that is shown, however long its training takes on this machine. */
export async function untilFinished(page: Page): Promise<void> {
  await panel(page).getByRole('table', { name: 'Per label' }).waitFor({ timeout: 900_000 })
}
