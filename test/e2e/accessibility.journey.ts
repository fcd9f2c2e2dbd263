// Every state of the run panel by the rules of axe, in three themes; in the width of a phone, and twice as large.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Frame, Page } from 'playwright-core'
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { badFile, setTheme, themes, visitStates } from './states.ts'
import type { Theme } from './states.ts'
import { ticketRun } from './terminal.ts'
import { endlessEpochs } from './ticketForm.ts'
import { universalExtensions } from './universal.ts'
import { openTrainingView, panel, runCommand, untilFinished } from './window.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Of the panel's page. */
const narrow = 360
const universal = universalExtensions()
const found: Record<string, unknown> = {}

journey('no state of the panel breaks a serious rule of accessibility, in any theme, at 360 px, at 200% and without motion', { files: badFile }, async ({ page, workspace }) => {
  await visitStates({ page, workspace, epochs: endlessEpochs }, async (state) => {
    if (state === 'empty') return lookAtView(page, state)
    if (state === 'result') await openTwins(page)
    await look(page, state)
  })
  expect(found, JSON.stringify(found)).toEqual({})
})

journey('nor does a workspace that is not trusted, nor the view that says so', { isTrusted: false }, async ({ vscode, page }) => {
  await openTrainingView(page)
  await page.getByText(/they need a trusted workspace/).waitFor()
  await lookAtView(page, 'untrusted')
  await runCommand(page, 'Finetune: Fine-tune on a File…')
  await panel(page).getByText('Restricted Mode: data and runs can be looked at').waitFor()
  await look(page, 'untrusted, data')
  await ticketRun(vscode, 'tickets-model')
  await page.locator('.composite.title').getByRole('button', { name: 'Refresh' }).click()
  await page.getByRole('treeitem', { name: /tickets-model, finished/ }).click()
  await untilFinished(page)
  await look(page, 'untrusted, run')
  expect(found, JSON.stringify(found)).toEqual({})
})

journey('nor does a platform without native code', { extensions: universal }, async ({ page }) => {
  await openTrainingView(page)
  await page.getByText('Training and classifying are not available here').waitFor()
  await lookAtView(page, 'unsupported')
  expect(found, JSON.stringify(found)).toEqual({})
})

/** At the panel. */
async function look(page: Page, state: string): Promise<void> {
  for (const theme of Object.keys(themes) as Theme[]) {
    await setTheme(page, theme)
    note(`${state}, ${theme}`, await seriousFindings(await frameOf(page)))
  }
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
  note(`${state}, forced colours`, await seriousFindings(await frameOf(page)))
  note(`${state}, reduced motion`, await motions(await frameOf(page)))
  await page.emulateMedia({ forcedColors: null, reducedMotion: null })
  await setTheme(page, 'dark')
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility')
  await page.locator('.part.sidebar').waitFor({ state: 'hidden' })
  await narrowed(page, async () => note(`${state}, ${narrow} px`, await clipped(await frameOf(page))))
  await zoomed(page, async () => note(`${state}, 200%`, await clipped(await frameOf(page))))
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility')
}

/** At our words in the sidebar: the rest of it is VS Code's. */
async function lookAtView(page: Page, state: string): Promise<void> {
  for (const theme of Object.keys(themes) as Theme[]) {
    await setTheme(page, theme)
    note(`${state}, ${theme}`, await seriousFindings(page.mainFrame(), '.welcome-view-content'))
  }
}

function note(where: string, findings: string[]): void {
  if (findings.length > 0) found[where] = findings
}

async function frameOf(page: Page): Promise<Frame> {
  const body = await panel(page).locator('body').elementHandle()
  return (await body!.ownerFrame())!
}

/** @param within of the page, a part of it */
async function seriousFindings(frame: Frame, within = 'body'): Promise<string[]> {
  await frame.evaluate(axe)
  const { violations } = await frame.evaluate((within) => (globalThis as unknown as { axe: { run(within: string): Promise<AxeResults> } }).axe.run(within), within)
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, any, all }) => `${id}: ${target.join(' ')}: ${[...any, ...all].map(({ message }) => message).join('; ')}`))
}

/** Animations without an end. */
function motions(frame: Frame): Promise<string[]> {
  return frame.evaluate(() => {
    const roots = [document, ...Array.from(document.querySelectorAll('*'), ({ shadowRoot }) => shadowRoot).filter((root) => root !== null)]
    return roots.flatMap((root) => root.getAnimations()).filter(({ effect }) => effect?.getComputedTiming().iterations === Infinity).map((animation) => (animation as CSSAnimation).animationName)
  })
}

/** Each chart's twin: the same numbers as a table. */
async function openTwins(page: Page): Promise<void> {
  for (const title of ['Loss', 'Accuracy', 'Learning rate', 'Gradient norm']) {
    await panel(page).getByText(`${title} as a table`).click()
    const twin = panel(page).getByRole('table', { name: title, exact: true })
    await expect.poll(() => twin.getByRole('row').count()).toBeGreaterThan(3)
  }
  const figure = await panel(page).locator('.figure strong').first().textContent()
  expect(await panel(page).getByRole('table', { name: 'Accuracy', exact: true }).getByRole('cell').allTextContents()).toContain(figure)
}

/** Shows the panel as narrow as that while `look` looks. */
async function narrowed(page: Page, look: () => Promise<void>): Promise<void> {
  const size = page.viewportSize()!
  const frame = await frameOf(page)
  const width = () => frame.evaluate(() => window.innerWidth)
  await page.setViewportSize({ width: 500, height: size.height })
  await expect.poll(width).toBeLessThan(500)
  await page.setViewportSize({ width: 500 + narrow - await width(), height: size.height })
  await expect.poll(width).toBe(narrow)
  await look()
  await page.setViewportSize(size)
}

/** As a browser's zoom of 200% does it: half as many pixels of style, each of two pixels of the screen. */
async function zoomed(page: Page, look: () => Promise<void>): Promise<void> {
  const size = page.viewportSize()!
  const browser = await page.context().newCDPSession(page)
  await browser.send('Emulation.setDeviceMetricsOverride', { width: size.width / 2, height: size.height / 2, deviceScaleFactor: 2, mobile: false })
  const frame = await frameOf(page)
  await expect.poll(() => frame.evaluate(() => ({ scale: devicePixelRatio, isHalf: innerWidth < 640 }))).toEqual({ scale: 2, isHalf: true })
  await look()
  await browser.detach()
  await page.setViewportSize(size)
}

/** Controls that lie beyond the page's sides, unless something around them scrolls; and a page that scrolls sideways. */
function clipped(frame: Frame): Promise<string[]> {
  return frame.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement
    const scrolls = (element: Element): boolean => element.parentElement !== null && (/auto|scroll/.test(getComputedStyle(element.parentElement).overflowX) || scrolls(element.parentElement))
    const controls = Array.from(document.querySelectorAll('button, summary, textarea, vscode-button, vscode-dropdown, vscode-text-field, vscode-text-area, vscode-checkbox'))
    const out = controls.filter((control) => control.checkVisibility()).filter((control) => {
      const { left, right, width } = control.getBoundingClientRect()
      return width > 0 && (left < 0 || right > clientWidth + 1) && !scrolls(control)
    })
    const wide = Array.from(document.querySelectorAll('body *')).filter((element) => element.getBoundingClientRect().right > clientWidth + 1 && !scrolls(element)).map(({ tagName, className }) => `${tagName} ${className}`)
    return [...scrollWidth > clientWidth ? [`the page is ${scrollWidth} px wide, by ${wide.slice(0, 5).join(', ')}`] : [], ...out.map((control) => `${control.tagName.toLowerCase()} ${control.textContent?.trim().slice(0, 40)}`)]
  })
}
