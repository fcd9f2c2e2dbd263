// Every state of the run panel by the rules of axe, in three themes; and in the width of a phone.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Frame, Page } from 'playwright-core'
import { expect } from 'vitest'
import { journey } from './journey.ts'
import { badFile, setTheme, themes, visitStates } from './states.ts'
import type { Theme } from './states.ts'
import { ticketRun } from './terminal.ts'
import { universalExtensions } from './universal.ts'
import { openTrainingView, panel, runCommand, untilFinished } from './window.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Of the panel, where its page is 360 px wide: what 200% zoom leaves of 720 px. */
const narrow = 360
const universal = universalExtensions()
const found: Record<string, unknown> = {}

journey('no state of the panel breaks a serious rule of accessibility, in any theme, at 360 px and without motion', { files: badFile }, async ({ page, workspace }) => {
  await visitStates({ page, workspace }, async (state) => {
    if (state !== 'empty') await look(page, state)
  })
  expect(found).toEqual({})
})

journey('nor does a workspace that is not trusted, nor the view that says so', { isTrusted: false }, async ({ vscode, page }) => {
  await openTrainingView(page)
  await page.getByText(/they need a trusted workspace/).waitFor()
  await lookAtView(page, 'untrusted')
  await runCommand(page, 'Finetune: Fine-tune on a File…')
  await panel(page).getByText('Restricted Mode: data and runs can be looked at').waitFor()
  await look(page, 'untrusted, data')
  ticketRun(vscode, 'tickets-model')
  await page.locator('.composite.title').getByRole('button', { name: 'Refresh' }).click()
  await page.getByRole('treeitem', { name: /tickets-model, finished/ }).click()
  await untilFinished(page)
  await look(page, 'untrusted, run')
  expect(found).toEqual({})
})

journey('nor does a platform without native code', { extensions: universal }, async ({ page }) => {
  await openTrainingView(page)
  await page.getByText('Training and classifying are not available here').waitFor()
  await lookAtView(page, 'unsupported')
  expect(found).toEqual({})
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
  await narrowed(page, async () => note(`${state}, ${narrow} px`, await clipped(await frameOf(page))))
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

/** Shows the panel as narrow as that, without the sidebar, while `look` looks. */
async function narrowed(page: Page, look: () => Promise<void>): Promise<void> {
  const size = page.viewportSize()!
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility')
  const frame = await frameOf(page)
  const width = () => frame.evaluate(() => document.documentElement.clientWidth)
  await page.setViewportSize({ width: 500, height: size.height })
  for (let tries = 0; tries < 5 && await width() !== narrow; tries++) await page.setViewportSize({ width: page.viewportSize()!.width + narrow - await width(), height: size.height })
  await expect.poll(width).toBe(narrow)
  await look()
  await page.setViewportSize(size)
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility')
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
